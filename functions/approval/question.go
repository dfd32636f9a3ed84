package approval

import (
	"encoding/json"
	"log/slog"
	"math"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Question is the asker's input, as the state machine sends it.
type Question struct {
	Token Token `json:"token"`
	// RequestID identifies the question, and is the same in every reminder. The state
	// machine makes it, because it also closes the question.
	RequestID string               `json:"requestId"`
	Purpose   quarantine.Purpose   `json:"purpose"`
	Incident  string               `json:"incident"`
	Triage    quarantine.Triage    `json:"triage"` // of one resource
	Execution quarantine.Execution `json:"execution"`
	ExpiresAt Expiry               `json:"expiresAt"`
}

// Token is a task token. Printing, logging or encoding it shows a placeholder.
type Token string

const hidden = "[task token]"

// String returns a placeholder.
func (Token) String() string { return hidden }

// GoString returns a placeholder.
func (Token) GoString() string { return hidden }

// LogValue returns a placeholder.
func (Token) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText returns a placeholder.
func (Token) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Expiry is a time in JSON: RFC 3339 text, or the number of seconds since
// 1970-01-01 UTC.
type Expiry struct{ time.Time }

// UnmarshalJSON reads either form. Errors: BadRequest.
func (e *Expiry) UnmarshalJSON(from []byte) error {
	var seconds float64
	if err := json.Unmarshal(from, &seconds); err == nil && seconds > 0 && seconds <= lastSecond {
		whole, part := math.Modf(seconds)
		e.Time = time.Unix(int64(whole), int64(part*float64(time.Second))).UTC()
		return nil
	}
	if err := json.Unmarshal(from, &e.Time); err != nil {
		return quarantine.Failf(quarantine.BadRequest, "expiresAt is neither a time of RFC 3339 nor seconds since 1970")
	}
	e.Time = e.UTC()
	return nil
}

// lastSecond is the last second of the year 9999, the last year of RFC 3339.
const lastSecond = 253402300799

// request is the question in the form that the ledger stores.
func (q Question) request(now time.Time) (quarantine.ApprovalRequest, error) {
	switch {
	case q.Token == "":
		return quarantine.ApprovalRequest{}, bad("token: use lambda:invoke.waitForTaskToken and pass $states.context.Task.Token")
	case !requestForm.MatchString(q.RequestID):
		return quarantine.ApprovalRequest{}, bad("requestId: req- and 20 hexadecimal digits, or no link would lead to it")
	case q.Purpose != quarantine.PurposeIsolate && q.Purpose != quarantine.PurposeRelease:
		return quarantine.ApprovalRequest{}, bad("purpose: isolate or release")
	case q.Incident == "":
		return quarantine.ApprovalRequest{}, bad("incident")
	case q.Execution.ID == "":
		return quarantine.ApprovalRequest{}, bad("execution.id")
	case q.Triage.Resource == nil:
		return quarantine.ApprovalRequest{}, bad("triage.resource: a question is about one resource")
	case q.ExpiresAt.IsZero():
		return quarantine.ApprovalRequest{}, bad("expiresAt")
	}
	v := q.Triage.Verdict
	r := quarantine.ApprovalRequest{
		ID: q.RequestID, Purpose: q.Purpose, Incident: q.Incident, Resource: *q.Triage.Resource,
		Finding: q.Triage.Finding.Summary(),
		Score:   v.Score, Reasons: v.Reasons, Execution: q.Execution,
		AskedAt: now, ExpiresAt: q.ExpiresAt.Time, Status: quarantine.RequestPending,
	}
	if q.Purpose == quarantine.PurposeIsolate {
		r.OnSilence, r.Measures = q.Triage.OnSilence, q.Triage.Measures
	}
	return r, nil
}

func bad(missing string) error {
	return quarantine.Failf(quarantine.BadRequest, "the question lacks %s", missing)
}
