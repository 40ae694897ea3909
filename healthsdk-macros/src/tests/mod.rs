mod duration;
mod expansion;
mod mistakes;
mod words;
