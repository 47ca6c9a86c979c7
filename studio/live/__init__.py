"""Live values to browsers: RealTime Redis → one reader a process → the latest values of each socket."""
