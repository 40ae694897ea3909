mod duration;
mod expansion;
mod words;
