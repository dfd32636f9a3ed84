package approval

import (
	"context"
	"errors"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Limits of one request to the page.
const (
	maxForm      = 8 << 10 // bytes
	answerWithin = 10 * time.Second
)

// Server is the page on which people read and decide a question. GET requests
// change nothing, so that link previews and mail scanners decide nothing.
//
// IAM actions: those of [Decider]; dynamodb:Query on the ledger's table; ssm:GetParameter on the parameters with the key
// of the links and Slack's secrets, and kms:Decrypt on customer managed keys of these.
type Server struct {
	Decider *Decider
	// Signer has the key of the links as it is now.
	Signer func(context.Context) (*Signer, error)
	// Renewed has the key read again, after a link that it did not sign, and tells whether it is another
	// one by now; nil where it cannot change.
	Renewed func(context.Context) (*Signer, bool)
	// Incidents has what is on record of the question's incident, and of its resource.
	Incidents OnRecord
	// Commands says where people type commands about those.
	Commands command.Place
	// EndsHere says where it goes on where the page is gone once the question is answered; "" where
	// whoever decides can follow on it what becomes of that.
	EndsHere string
	// Slack answers POST /slack/actions; nil where Slack's buttons are not used.
	Slack http.Handler
	Clock quarantine.Clock
	// Log gets an entry for every request with a valid link and for every refused
	// one, with its source address and without the link; nil is slog.Default.
	Log *slog.Logger
}

// Handler returns the HTTP handler of the page. It takes the client's address from
// the request's RemoteAddr, never from a header.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /r/{request}", s.show)
	mux.HandleFunc("POST /r/{request}", s.decide)
	if s.Slack != nil {
		mux.Handle("POST /slack/actions", s.Slack)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { say(w, pageUnknown) })
	limits := newLimits()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w.Header())
		if !limits.allow(source(r), s.Clock.Now().UTC()) {
			s.refuse(w, r, pageTooMany)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
		defer cancel()
		mux.ServeHTTP(w, r.WithContext(ctx))
	})
}

// HTTPServer serves h, with timeouts that limit how slow a client may be.
func HTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 2 * answerWithin, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
	}
}

// protect sets the headers that isolate the page. The link is a secret, which no
// Referer header may carry to other sites; the page loads nothing, and no other page may frame it.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src '"+styleHash+
		"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Strict-Transport-Security", "max-age=31536000")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Robots-Tag", "noindex, nofollow")
}

// show serves the page of a request: the question, or why it cannot be decided any more.
func (s *Server) show(w http.ResponseWriter, r *http.Request) {
	l, ok := s.open(w, r)
	if !ok {
		return
	}
	q, err := s.Decider.Approvals.Request(r.Context(), l.Request)
	switch {
	case err != nil:
		s.answer(w, r, l, q, err)
	case l.Follow:
		s.log(r, slog.LevelInfo, "what came of a decision was shown", l.Request)
		s.follow(w, r, l, q)
	case q.Status == quarantine.RequestPending:
		s.log(r, slog.LevelInfo, "the page was shown", l.Request)
		of := s.record(r.Context(), q)
		of.drill = s.drill(r.Context(), q)
		ask(w, q, of, s.held(l.Link, q, of), s.Clock.Now().UTC())
	case q.Decision != nil && !q.Delivered:
		s.log(r, slog.LevelInfo, "a decision that is not handed over was shown", l.Request)
		say(w, unfinished(http.StatusOK, q))
	case q.Decision != nil:
		s.log(r, slog.LevelInfo, "a used link was opened", l.Request)
		say(w, used(http.StatusGone, q, s.became(r.Context(), q)))
	default:
		s.refuse(w, r, pageExpired)
	}
}

// held are what the question's incident holds.
func (s *Server) held(l Link, q quarantine.ApprovalRequest, of record) holdings {
	switch {
	case q.Purpose != quarantine.PurposeRelease:
		return holdings{}
	case of.unread:
		return holdings{Unknown: true}
	}
	out := heldBy(of.Incident)
	if l.Narrow {
		out.Narrow = narrowing(of.Incident, s.Clock.Now().UTC())
	}
	return out
}

// decide handles the submitted form.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) {
	form, wrong := readForm(w, r)
	if wrong != nil {
		s.refuse(w, r, *wrong)
		return
	}
	l, ok := s.open(w, r)
	if !ok {
		return
	}
	word := form.Get("decision")
	if l.Follow || word != wordApprove && word != wordDeny && (word != wordNarrow || !l.Narrow) {
		s.refuse(w, r, pageBadForm)
		return
	}
	q, err := s.Decider.Decide(r.Context(), l.Request, quarantine.Decision{
		Approve: word == wordApprove, Narrow: word == wordNarrow, By: who(r), Via: "link", Reason: form.Get("reason"),
	})
	s.answer(w, r, l, q, err)
}

// answer serves the page for the outcome of a decision.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, l opened, q quarantine.ApprovalRequest, err error) {
	switch name := quarantine.NameOf(err); {
	case err == nil:
		s.follow(w, r, l, q)
	case name == quarantine.RequestGone:
		s.refuse(w, r, pageUnknown)
	case name == quarantine.RequestTooLate:
		s.refuse(w, r, pageExpired)
	case name == quarantine.AlreadyDecided:
		say(w, used(http.StatusConflict, q, s.became(r.Context(), q)))
	case name == quarantine.TaskGone:
		say(w, taskGone(q))
	case name == quarantine.NotNarrowed:
		s.log(r, slog.LevelWarn, "not narrowed", l.Request)
		say(w, notNarrowed(err))
	case name == quarantine.BadRequest:
		s.refuse(w, r, pageBadForm)
	case q.Decision != nil:
		say(w, unfinished(http.StatusServiceUnavailable, q))
	default:
		s.log(r, slog.LevelError, "the ledger could not be asked: "+err.Error(), l.Request)
		say(w, pageUnavailable)
	}
}

// opened is a link whose signature is right, and what signs the next.
type opened struct {
	Link
	signer *Signer
}

// open verifies the link; for an invalid or expired one it writes the response.
func (s *Server) open(w http.ResponseWriter, r *http.Request) (opened, bool) {
	signer, err := s.Signer(r.Context())
	if err != nil {
		s.log(r, slog.LevelError, "the key that signs links could not be read: "+err.Error(), "")
		say(w, pageUnavailable)
		return opened{}, false
	}
	l, err := signer.Verify(r.PathValue("request"), r.URL.RawQuery)
	if err != nil && s.Renewed != nil {
		if another, is := s.Renewed(r.Context()); is {
			signer = another
			l, err = signer.Verify(r.PathValue("request"), r.URL.RawQuery)
		}
	}
	switch {
	case errors.Is(err, errNewerLink):
		s.refuse(w, r, pageNewer)
	case err != nil:
		s.refuse(w, r, pageUnknown)
	case !l.Expires.After(s.Clock.Now().UTC()):
		s.refuse(w, r, pageExpired)
	default:
		return opened{l, signer}, true
	}
	return opened{}, false
}

// ownOrigin refuses requests that another site's page makes a browser send.
var ownOrigin = http.NewCrossOriginProtection()

// readForm reads a form that this page sent, or returns the page that says what is
// wrong with it. With a Referrer-Policy of no-referrer the browser's Origin is null
// even from this page, so the check relies on Sec-Fetch-Site.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, *page) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, &pageBadType
	}
	if r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" || ownOrigin.Check(r) != nil {
		return nil, &pageForeign
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); isTooLarge(err) {
		return nil, &pageTooLarge
	} else if err != nil {
		return nil, &pageBadForm
	}
	return r.PostForm, nil
}

func (s *Server) refuse(w http.ResponseWriter, r *http.Request, p page) {
	s.log(r, slog.LevelWarn, "refused: "+p.Title, "")
	say(w, p)
}

// log logs a request and its outcome, without its URL: the link is a secret.
func (s *Server) log(r *http.Request, level slog.Level, outcome, request string) {
	logger(s.Log).Log(r.Context(), level, "the approval page", "outcome", outcome, "request", request,
		"method", r.Method, "source", source(r), "arn", caller(r.Context()))
}

// callerKey is the context key of the caller's ARN.
type callerKey struct{}

// WithCaller records the caller's ARN if the front end has authenticated the caller.
// For a function URL that is requestContext.authorizer.iam.userArn:
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
func WithCaller(ctx context.Context, arn string) context.Context {
	return context.WithValue(ctx, callerKey{}, arn)
}

func caller(ctx context.Context) string {
	arn, _ := ctx.Value(callerKey{}).(string)
	return arn
}

// who is the identity that is recorded with a decision.
func who(r *http.Request) string {
	if arn := caller(r.Context()); arn != "" {
		return arn
	}
	return "holder of the link, from " + source(r)
}

// source is the client's address, without the port.
func source(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
