"""The pages on which figures are entered, checked and decided on."""
