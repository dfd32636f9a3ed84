package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// decisionPage serves the page on which a person decides, on loopback, while the
// simulation waits. The page's requests are answered by the simulation's own
// participant, so that time stands still while somebody reads.
type decisionPage struct {
	out    io.Writer
	st     terminal.Style
	server *http.Server
	signer *approval.Signer
	jobs   chan job
}

// job is a request to the page, and the news that it is answered.
type job struct {
	w    http.ResponseWriter
	r    *http.Request
	done chan struct{}
}

// openDecisionPage listens on a port of its own.
func openDecisionPage(ctx context.Context, out io.Writer, st terminal.Style) (*decisionPage, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the page cannot be served: %w", err)
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails: https://pkg.go.dev/crypto/rand#Read
	signer, err := approval.NewSigner(key, "http://"+listener.Addr().String())
	if err != nil {
		return nil, err
	}
	d := &decisionPage{out: out, st: st, jobs: make(chan job), signer: signer}
	d.server = approval.HTTPServer(http.HandlerFunc(d.pass))
	d.server.WriteTimeout = 0 // a person may read for long before the simulation goes on
	go func() { _ = d.server.Serve(listener) }()
	return d, nil
}

// pass hands a request to the simulation. Before and after a question there is
// nobody who takes it.
func (d *decisionPage) pass(w http.ResponseWriter, r *http.Request) {
	j := job{w, r, make(chan struct{})}
	select {
	case d.jobs <- j:
		<-j.done
	case <-time.After(2 * time.Second):
		http.Error(w, "The simulation asks nothing now.", http.StatusServiceUnavailable)
	}
}

// close lets the last answer reach the browser.
func (d *decisionPage) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = d.server.Shutdown(ctx)
}

// person waits for somebody to decide in a browser. interrupted ends the wait.
func (d *decisionPage) person(interrupted context.Context) func(context.Context, simulate.Asked) {
	return func(ctx context.Context, q simulate.Asked) {
		ctx = q.As(ctx)
		page := (&approval.Server{
			Decider: q.Decider, Incidents: q.Ledger, Signer: approval.Ready(d.signer), Clock: q.Clock, Log: slog.New(slog.DiscardHandler),
			EndsHere: "The simulation goes on in its terminal, and this page ends here.",
		}).Handler()
		fmt.Fprintf(d.out, "\n%s\n  %s\n\n", d.st.Title.Render("A person must decide. Open this page, and the simulation goes on:"), q.Link)
		for {
			select {
			case <-interrupted.Done():
				return
			case j := <-d.jobs:
				page.ServeHTTP(j.w, j.r.WithContext(ctx))
				close(j.done)
			}
			r, err := q.Ledger.Request(ctx, q.Request)
			if err != nil && !errors.Is(err, context.Canceled) {
				fmt.Fprintln(d.out, "quarantine:", err)
			}
			if err == nil && r.Status != quarantine.RequestPending && r.Delivered {
				return
			}
		}
	}
}
