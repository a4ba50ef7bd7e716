// Tests may say told.
