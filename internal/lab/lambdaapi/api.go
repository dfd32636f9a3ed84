package lambdaapi

import (
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// api is the Runtime API for one process:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
//
// Its channels are unbuffered, so that the sender of an event or an answer knows that
// the other side received it.
type api struct {
	idle    chan struct{} // the process asks for an event
	events  chan event    // events for the process
	posts   chan post     // answers and errors from the process
	current atomic.Value  // string: the request id of the current event
}

type event struct {
	id       string
	payload  string
	deadline time.Time
}

// post is an answer, an error for an event, or an initialization error.
type post struct {
	payload string
	err     *Error
}

func newAPI() *api {
	a := &api{idle: make(chan struct{}), events: make(chan event), posts: make(chan post)}
	a.current.Store("")
	return a
}

func (a *api) routes() http.Handler {
	const base = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"invocation/next", a.next)
	mux.HandleFunc("POST "+base+"invocation/{id}/response", a.response)
	mux.HandleFunc("POST "+base+"invocation/{id}/error", a.failure)
	mux.HandleFunc("POST "+base+"init/error", a.failure) // no id, since there is no current event yet
	return mux
}

func (a *api) next(w http.ResponseWriter, r *http.Request) {
	select {
	case a.idle <- struct{}{}:
	case <-r.Context().Done():
		return
	}
	select {
	case e := <-a.events:
		a.current.Store(e.id)
		h := w.Header()
		h.Set("Lambda-Runtime-Aws-Request-Id", e.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(e.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:111122223333:function:lambdatest")
		h.Set("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0")
		_, _ = io.WriteString(w, e.payload)
	case <-r.Context().Done():
	}
}

func (a *api) response(w http.ResponseWriter, r *http.Request) {
	a.take(w, r, func(body []byte) post { return post{payload: string(body)} })
}

func (a *api) failure(w http.ResponseWriter, r *http.Request) {
	a.take(w, r, func(body []byte) post { return post{err: errorOf(body)} })
}

// take reads a post about the current event.
func (a *api) take(w http.ResponseWriter, r *http.Request, read func([]byte) post) {
	if r.PathValue("id") != a.current.Load() {
		http.Error(w, `{"errorType":"InvalidRequestID"}`, http.StatusBadRequest)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the process ended during the request
	}
	select {
	case a.posts <- read(body):
		w.WriteHeader(http.StatusAccepted)
	case <-r.Context().Done():
	}
}
