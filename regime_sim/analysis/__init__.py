"""Questions asked of the model: what it rests on, what patterns it shows, how it compares with history; draws nothing and prints nothing."""
