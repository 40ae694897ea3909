module peers

go 1.18

require github.com/alexliesenfeld/health v0.8.1
