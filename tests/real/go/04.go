package lesson

import (
	"net/url"
	"sync"
)

type server struct {
	url           *url.URL
	weight, saved int
}

type gate struct {
	mu      sync.Mutex
	servers []*server
}

// LESSON
