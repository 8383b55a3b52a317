"""Money in and out of the house: pages to pay and to print, and what the bank tells us."""
