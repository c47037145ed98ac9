// A peer of `npm run bench proxy`: the standard library's reverse proxy over servers in turn. Tuned: a default transport
// keeps two idle connections a host, and opens a new one for most requests. Its port first, then theirs.
package main

import (
	"log"
	"net/http"
	"net/http/httputil"
	"os"
	"sync"
	"sync/atomic"
)

type buffers struct{ sync.Pool }

func (b *buffers) Get() []byte      { return *b.Pool.Get().(*[]byte) }
func (b *buffers) Put(bytes []byte) { b.Pool.Put(&bytes) }

func main() {
	servers := os.Args[2:]
	var turn uint64
	proxy := &httputil.ReverseProxy{
		Director: func(r *http.Request) {
			r.URL.Scheme = "http"
			r.URL.Host = "127.0.0.1:" + servers[atomic.AddUint64(&turn, 1)%uint64(len(servers))]
		},
		Transport: &http.Transport{MaxIdleConnsPerHost: 1024, DisableCompression: true},
		BufferPool: &buffers{sync.Pool{New: func() any {
			bytes := make([]byte, 32*1024)
			return &bytes
		}}},
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], proxy))
}
