"""What the engines cost on this machine, as rows beside their goals; prints nothing."""
