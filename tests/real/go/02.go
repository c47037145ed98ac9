package lesson

import "net/http"

// LESSON
