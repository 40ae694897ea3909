mod duration;
mod expansion;
mod fuzzing;
mod mistakes;
mod words;
