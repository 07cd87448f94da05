"""What is printed on the paper: rules, frames, combs, cells and check boxes are found and removed."""
