"""What goes out about a review: plain values of the domain in, one file out."""
