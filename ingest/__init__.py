"""The pipeline that turns media files into moments."""
