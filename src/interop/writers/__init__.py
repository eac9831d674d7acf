"""Writers: columns or lists of JSON text to the shapes that come out."""
