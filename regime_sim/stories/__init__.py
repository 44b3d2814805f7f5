"""One future told week by week, and why it ended as it did; finds no words for it."""
