"""What leaves the program: figures of a comparison, and tables for the terminal."""
