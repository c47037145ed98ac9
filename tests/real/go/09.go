package lesson

import (
	"context"
	"errors"
	"math"
	"net/http"
	"sync"
	"time"
)

type server struct {
	mu      sync.Mutex
	average float64
	seen    time.Time
}

// LESSON
