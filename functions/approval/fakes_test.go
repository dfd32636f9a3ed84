package approval_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// Secrets that must turn up nowhere.
const (
	plantedToken = "planted-task-token"
	plantedKey   = "planted-signing-key-of-32-bytes!"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// book is a ledger's approvals in memory.
type book struct {
	mu       sync.Mutex
	requests map[string]quarantine.ApprovalRequest
	tokens   map[string]string
	calls    []string
	fail     map[string]error // by method; it fails before it does anything
}

func newBook() *book {
	return &book{requests: map[string]quarantine.ApprovalRequest{}, tokens: map[string]string{}, fail: map[string]error{}}
}

func (b *book) begin(method string) (func(), error) {
	b.mu.Lock()
	b.calls = append(b.calls, method)
	return b.mu.Unlock, b.fail[method]
}

func (b *book) Ask(_ context.Context, r quarantine.ApprovalRequest, token string) (quarantine.ApprovalRequest, error) {
	end, err := b.begin("Ask")
	defer end()
	if err != nil {
		return quarantine.ApprovalRequest{}, err
	}
	old, known := b.requests[r.ID]
	if known && old.Status == quarantine.RequestPending {
		old.Reminders++
		r = old
	} else if known {
		r = old
	}
	if r.Decision == nil && !r.ExpiresAt.After(noon) {
		r.Status = quarantine.RequestExpired
	}
	if !r.Delivered {
		b.tokens[r.ID] = token
	}
	b.requests[r.ID] = r
	return r, nil
}

func (b *book) AskedThrough(_ context.Context, id string, channels []string) error {
	end, err := b.begin("AskedThrough")
	defer end()
	if err != nil {
		return err
	}
	r := b.requests[id]
	r.Asked = append(r.Asked, channels...)
	b.requests[id] = r
	return nil
}

func (b *book) Request(_ context.Context, id string) (quarantine.ApprovalRequest, error) {
	end, err := b.begin("Request")
	defer end()
	if err != nil {
		return quarantine.ApprovalRequest{}, err
	}
	r, known := b.requests[id]
	if !known {
		return r, quarantine.Failf(quarantine.RequestGone, "no request %s", id)
	}
	return r, nil
}

func (b *book) Decide(_ context.Context, id string, d quarantine.Decision) (quarantine.ApprovalRequest, error) {
	end, err := b.begin("Decide")
	defer end()
	if err != nil {
		return quarantine.ApprovalRequest{}, err
	}
	r, known := b.requests[id]
	switch {
	case !known:
		return r, quarantine.Failf(quarantine.RequestGone, "no request %s", id)
	case r.Decision != nil:
		return r, quarantine.Failf(quarantine.AlreadyDecided, "request %s is decided", id)
	case r.Status != quarantine.RequestPending || !r.ExpiresAt.After(d.At):
		return r, quarantine.Failf(quarantine.RequestTooLate, "request %s has expired", id)
	}
	r.Decision, r.Status = &d, quarantine.RequestDenied
	if d.Approve {
		r.Status = quarantine.RequestApproved
	}
	b.requests[id] = r
	return r, nil
}

func (b *book) Token(_ context.Context, id string) (string, error) {
	end, err := b.begin("Token")
	defer end()
	if r := b.requests[id]; err != nil || r.Decision == nil || r.Delivered {
		return "", err
	}
	return b.tokens[id], nil
}

func (b *book) Delivered(_ context.Context, id string) error {
	end, err := b.begin("Delivered")
	defer end()
	if err != nil {
		return err
	}
	r := b.requests[id]
	r.Delivered = true
	b.requests[id] = r
	delete(b.tokens, id)
	return nil
}

func (b *book) Pending(context.Context) ([]quarantine.ApprovalRequest, error) { return nil, nil }

// at is a request as it is on record.
func (b *book) at(id string) quarantine.ApprovalRequest {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.requests[id]
}

// writes are the calls that change something.
func (b *book) writes() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(b.calls), func(c string) bool { return c == "Request" || c == "Token" })
}

// tasks are the state machine's: each token can be answered once.
type tasks struct {
	mu       sync.Mutex
	answered map[string]quarantine.Decision
	fail     error
}

func (t *tasks) Succeed(_ context.Context, token string, d quarantine.Decision) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fail != nil {
		return t.fail
	}
	if _, done := t.answered[token]; done {
		return quarantine.Failf(quarantine.TaskGone, "the task is over")
	}
	t.answered[token] = d
	return nil
}

// answer is what the state machine was given under the first token.
func (t *tasks) answer() (quarantine.Decision, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	d, ok := t.answered[plantedToken]
	return d, ok
}

// world is a ledger with one question, and what decides it.
type world struct {
	book    *book
	tasks   *tasks
	signer  *approval.Signer
	decider *approval.Decider
	clock   sync.Mutex
	now     time.Time
	logged  *logs
	request quarantine.ApprovalRequest
}

// logs are what was logged; a test that logs a secret fails.
type logs struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(b)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.String()
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{book: newBook(), tasks: &tasks{answered: map[string]quarantine.Decision{}}, now: noon, logged: &logs{}}
	w.signer = newSigner(t, "https://approve.example")
	w.decider = &approval.Decider{Approvals: w.book, Tasks: w.tasks, Clock: clocktest.Clock{Time: w.time}, Log: w.log()}
	w.request = asked(quarantine.PurposeRelease)
	w.book.requests[w.request.ID] = w.request
	w.book.tokens[w.request.ID] = plantedToken
	t.Cleanup(func() {
		link := w.signer.URL(w.request.ID, w.request.ExpiresAt)
		for _, secret := range []string{plantedToken, plantedKey, link[strings.Index(link, "&s=")+3:]} {
			if strings.Contains(w.logged.String(), secret) {
				t.Errorf("%q was logged:\n%s", secret, w.logged)
			}
		}
	})
	return w
}

func (w *world) time() time.Time {
	w.clock.Lock()
	defer w.clock.Unlock()
	return w.now
}

// advance sets the clock while others read it.
func (w *world) advance(to time.Time) {
	w.clock.Lock()
	defer w.clock.Unlock()
	w.now = to
}

func (w *world) log() *slog.Logger { return slog.New(slog.NewTextHandler(w.logged, nil)) }

func newSigner(t *testing.T, base string) *approval.Signer {
	t.Helper()
	s, err := approval.NewSigner([]byte(plantedKey), base)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var execution = quarantine.Execution{ID: "arn:aws:states:eu-west-1:123456789012:execution:quarantine:run-1", Name: "run-1", StartedAt: noon}

// questionID is the request that the question is.
func questionID(p quarantine.Purpose) string {
	return map[quarantine.Purpose]string{quarantine.PurposeIsolate: "req-0f1e0517cb7bdfec03dd", quarantine.PurposeRelease: "req-9ea2130db40f1e0517cb"}[p]
}

// asked is a request as it is on record once people were asked.
func asked(p quarantine.Purpose) quarantine.ApprovalRequest {
	return quarantine.ApprovalRequest{
		ID: questionID(p), Purpose: p, Incident: "inc-20260304-0a1b2c3d4e",
		Target: quarantine.Target{AccountID: "123456789012", Region: "eu-west-1", InstanceID: "i-0123456789abcdef0"},
		Finding: quarantine.FindingSummary{
			ID: "5ab1c2d3e4f5061728394a5b6c7d8e9f", Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS", Severity: 8,
			Title: "The EC2 instance i-0123456789abcdef0 is querying a domain name that is associated with Bitcoin-related activity.",
		},
		Score: 93, Reasons: []quarantine.Reason{
			{Name: "severity", Points: 40, Text: "GuardDuty gives it 8.0 of 10"},
			{Name: "finding-type", Points: 30, Text: "the instance itself acts: mining of cryptocurrency"},
			{Name: "exposure", Points: -7, Text: "no public address"},
			{Name: "override/crown-jewels", Text: "the instance is tagged tier=crown-jewel: a person must be asked"},
		},
		Execution: execution, AskedAt: noon.Add(-time.Minute), ExpiresAt: noon.Add(time.Hour),
		Asked: []string{"slack", "sns"}, Status: quarantine.RequestPending,
	}
}
