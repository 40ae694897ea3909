// alexliesenfeld/health with its defaults: results kept for 1 s, and a timeout of 10 s. Talks like the servers in Rust: see ../src/lib.rs.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/alexliesenfeld/health"
)

const checks = 10

var runs int64

func check(number int, args []string) func(context.Context) error {
	return func(context.Context) error {
		atomic.AddInt64(&runs, 1)
		if number > 0 || len(args) == 0 {
			return nil
		}
		switch args[0] {
		case "blocks":
			milliseconds, err := strconv.Atoi(args[1])
			if err != nil {
				return err
			}
			time.Sleep(time.Duration(milliseconds) * time.Millisecond)
		case "hangs":
			select {}
		}
		return nil
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	var options []health.CheckerOption
	for number := 0; number < checks; number++ {
		options = append(options, health.WithCheck(health.Check{
			Name:  fmt.Sprintf("check-%d", number),
			Check: check(number, os.Args[1:]),
		}))
	}
	http.Handle("/readyz", health.NewHandler(health.NewChecker(options...)))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatalln(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() { log.Fatalln(http.Serve(listener, nil)) }()
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		fmt.Println(atomic.LoadInt64(&runs))
	}
}
