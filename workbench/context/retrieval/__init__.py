"""Find the turns that a question needs: words, time, speakers and entities over arrays of numpy. Pure over rows."""
