package lesson

import (
	"math/rand/v2"
	"sync/atomic"
)

type Server struct{ inFlight atomic.Int64 }

// LESSON
