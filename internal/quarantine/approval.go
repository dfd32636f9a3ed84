package quarantine

import (
	"context"
	"time"
)

// Purpose is what a person is asked.
type Purpose string

// The questions.
const (
	PurposeIsolate Purpose = "isolate" // may the instance be cut off?
	PurposeRelease Purpose = "release" // may the quarantine be lifted?
)

// RequestStatus is the state of a question.
type RequestStatus string

// A request is pending until somebody decides or it expires; it never changes
// again after that.
const (
	RequestPending  RequestStatus = "pending"
	RequestApproved RequestStatus = "approved"
	RequestDenied   RequestStatus = "denied"
	RequestNarrowed RequestStatus = "narrowed" // neither: the subnets alone are given back, and another question is asked
	RequestExpired  RequestStatus = "expired"
)

// Decision is a person's word.
type Decision struct {
	Approve bool `json:"approve"`
	// Narrow answers a question whether to release in part: the subnets alone are given back,
	// and the incident goes on. It never comes with Approve.
	Narrow bool      `json:"narrow,omitempty"`
	By     string    `json:"by"`  // an identity: an IAM ARN, a Slack user, or the holder of the link
	Via    string    `json:"via"` // link, slack or cli
	Reason string    `json:"reason,omitempty"`
	At     time.Time `json:"at"`
}

// Status is what a question comes to by the decision.
func (d Decision) Status() RequestStatus {
	switch {
	case d.Approve:
		return RequestApproved
	case d.Narrow:
		return RequestNarrowed
	}
	return RequestDenied
}

// ApprovalRequest is a question to a person. The task token that its answer goes
// to is not part of it: it stays in the ledger.
type ApprovalRequest struct {
	// ID is the same however often the execution asks the question. It can ask
	// twice whether to isolate: for the policy's sake and for the brake's.
	ID        string         `json:"id"`
	Purpose   Purpose        `json:"purpose"`
	Incident  string         `json:"incident"`
	Resource  Resource       `json:"resource"`
	Finding   FindingSummary `json:"finding"`
	Score     int            `json:"score"`
	Reasons   []Reason       `json:"reasons"`
	Execution Execution      `json:"execution"`
	AskedAt   time.Time      `json:"askedAt"`
	ExpiresAt time.Time      `json:"expiresAt"`
	Asked     []string       `json:"asked,omitempty"` // the channels that took the question
	// OnSilence is what becomes of a question whether to isolate that nobody
	// answers: ActionIsolate cuts, anything else leaves the instance as it is. A
	// question whether to release leaves the quarantine in place.
	OnSilence Action `json:"onSilence,omitempty"`
	// Measures are those that a yes to a question whether to isolate takes beyond the cut.
	Measures  []string      `json:"measures,omitempty"`
	Reminders int           `json:"reminders"`
	Status    RequestStatus `json:"status"`
	Decision  *Decision     `json:"decision,omitempty"`
	// Delivered says that the state machine has the decision.
	Delivered bool `json:"delivered"`
}

// Names of failures of approvals.
const (
	RequestGone    = "RequestGone"    // the ledger knows no such request
	AlreadyDecided = "AlreadyDecided" // the request is not pending any more
	RequestTooLate = "RequestTooLate" // it has expired
	TaskGone       = "TaskGone"       // the state machine does not wait for the answer any more
)

// Approvals is the part of the ledger that questions live in. Every method can
// fail with AccessDenied, Throttled or Unavailable, and is safe to repeat.
type Approvals interface {
	// Ask records a pending request with the token that its answer goes to, or
	// gives an existing pending one a new token and counts a reminder. A request
	// that is not pending stays as it is, but takes the new token if its decision is not
	// delivered yet. It returns the request as it is then.
	Ask(ctx context.Context, r ApprovalRequest, token string) (ApprovalRequest, error)
	// Request reads a request. Errors: RequestGone.
	Request(ctx context.Context, id string) (ApprovalRequest, error)
	// Decide is one conditional write: it succeeds once, while the request is
	// pending and not expired at d.At. Errors: RequestGone, AlreadyDecided,
	// RequestTooLate; with the last two the request as it is is returned too.
	Decide(ctx context.Context, id string, d Decision) (ApprovalRequest, error)
	// Token is the task token that a request's answer goes to, or "" where the
	// decision is delivered.
	Token(ctx context.Context, id string) (string, error)
	// Delivered notes that the state machine has the decision, and forgets the token.
	Delivered(ctx context.Context, id string) error
	// Pending gives the requests that wait for a decision, oldest first.
	Pending(ctx context.Context) ([]ApprovalRequest, error)
}

// Tasks answers the state machine's task tokens.
type Tasks interface {
	// Succeed hands over a decision. Errors: TaskGone if Step Functions knows
	// the token no more; AccessDenied; Throttled; Unavailable. No error's text
	// holds the token.
	Succeed(ctx context.Context, token string, d Decision) error
}
