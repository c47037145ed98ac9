package lesson

import (
	"math/rand/v2"
	"net/http"
	"net/http/httputil"
	"sync"
)

type server struct {
	proxy    *httputil.ReverseProxy
	inFlight int
}

type gate struct {
	mu      sync.Mutex
	servers []*server
}

// LESSON
