package approval

import (
	"context"
	"log/slog"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// QuestionLedger is the part of the ledger that Asker uses.
type QuestionLedger interface {
	quarantine.Approvals
	message.Ledger
	// AskedThrough adds to the channels on record that have accepted the question.
	// Errors: RequestGone; AccessDenied; Throttled; Unavailable.
	AskedThrough(ctx context.Context, id string, channels []string) error
}

// Asker sends the state machine's questions to people. The state machine invokes
// it with .waitForTaskToken, once to ask and once for every reminder. A reminder
// that no channel accepts is not an error: people have been asked already, and
// the execution must keep waiting for the answer.
//
// IAM actions: dynamodb:UpdateItem, dynamodb:PutItem, dynamodb:GetItem,
// dynamodb:Query and dynamodb:DeleteItem on the ledger's table;
// states:SendTaskSuccess on the state machines that ask; sns:Publish and
// sns:ListSubscriptionsByTopic on the topic; events:PutEvents on the bus;
// ssm:GetParameter on the parameters with the key of the links and Slack's webhook.
// If these use customer managed keys: kms:Decrypt and, for the topic, kms:GenerateDataKey.
type Asker struct {
	Approvals QuestionLedger
	// Commands says where people type commands about that ledger.
	Commands command.Place
	Tasks    quarantine.Tasks
	Channels []quarantine.Channel
	// Signer gives what makes the link to the page; nil if there is no page, and
	// people decide by Slack's buttons or the command line. Where it fails, they are
	// asked without a link, and told why.
	Signer func(context.Context) (*Signer, error)
	// Buttons is true if a Slack app handles the buttons of a question.
	Buttons bool
	Clock   quarantine.Clock
	// Log gets an entry for every question and every channel that failed; nil is slog.Default.
	Log   *slog.Logger
	Meter quarantine.Meter
}

// Asked is the function's output: what happened to the question. The task's
// output is the decision, which is sent with the task token.
type Asked struct {
	Request   string                   `json:"request"`
	Status    quarantine.RequestStatus `json:"status"`
	Asked     []string                 `json:"asked,omitempty"` // the channels that accepted it in this invocation
	Reminders int                      `json:"reminders"`
}

// Handle records the question with its task token and sends it to people. If the
// question is decided already, it sends the decision to the state machine and
// asks nobody.
//
// Errors: BadRequest if the question lacks a field; RequestTooLate if it has
// expired; AlreadyDecided if the state machine has received the decision, which
// can be used once; NotTold if no channel ever accepted it; TaskGone; AccessDenied;
// Throttled; Unavailable; Contended.
func (a *Asker) Handle(ctx context.Context, q Question) (Asked, error) {
	r, err := q.request(a.Clock.Now().UTC())
	if err != nil {
		return Asked{}, err
	}
	r, err = a.Approvals.Ask(ctx, r, string(q.Token))
	if err != nil {
		return Asked{}, err
	}
	out := Asked{Request: r.ID, Status: r.Status, Reminders: r.Reminders}
	switch {
	case r.Decision != nil:
		return out, a.answer(ctx, r)
	case r.Status != quarantine.RequestPending:
		return out, quarantine.Failf(quarantine.RequestTooLate, "request %s has expired: nobody is asked any more", r.ID)
	}
	a.Meter.Measure(timeLeft(r, a.Clock.Now().UTC())...)
	out.Asked, err = a.tell(ctx, q, r)
	return out, err
}

// timeLeft is the remaining share of the question's lifetime, in percent.
func timeLeft(r quarantine.ApprovalRequest, now time.Time) []quarantine.Measurement {
	life := r.ExpiresAt.Sub(r.AskedAt)
	if r.AskedAt.IsZero() || life <= 0 {
		return nil
	}
	left := 100 * float64(r.ExpiresAt.Sub(now)) / float64(life)
	return []quarantine.Measurement{{Name: quarantine.MetricApprovalTimeLeft, Unit: quarantine.Percent, Value: min(max(left, 0), 100)}}
}

// answer sends the state machine a decision that was made before this invocation.
func (a *Asker) answer(ctx context.Context, r quarantine.ApprovalRequest) error {
	if r.Delivered {
		return quarantine.Failf(quarantine.AlreadyDecided, "request %s was %s, and the state machine has had that answer: a decision is good for one use", r.ID, r.Status)
	}
	_, err := (&Decider{Approvals: a.Approvals, Tasks: a.Tasks, Clock: a.Clock, Log: a.Log}).deliver(ctx, r)
	logger(a.Log).InfoContext(ctx, "a question was decided already", "request", r.ID, "incident", r.Incident,
		"by", r.Decision.By, "approve", r.Decision.Approve, "delivered", err == nil)
	return err
}

// tell sends the question through every channel, and returns the channels that accepted it.
func (a *Asker) tell(ctx context.Context, q Question, r quarantine.ApprovalRequest) ([]string, error) {
	n := quarantine.News{
		Kind: quarantine.KindApprovalAsked, Execution: q.Execution, Triage: &q.Triage,
		Incident: q.Incident, Approval: &r,
	}
	n.Link, n.Unlinked = a.link(ctx, r)
	record := a.record(ctx, n)
	record.At = a.Commands
	m, err := message.Compose(n, record)
	if err != nil {
		return nil, err
	}
	m.Ask.Buttons, m.Ask.Narrow = a.Buttons, a.mayNarrow(record)
	sent, err := message.Sender{Channels: a.Channels, Clock: a.Clock, Log: a.Log, Meter: a.Meter}.Send(ctx, m)
	if err != nil && len(r.Asked) > 0 {
		logger(a.Log).WarnContext(ctx, "nobody was reminded, and the question stands", "request", r.ID, "incident", r.Incident,
			"asked", r.Asked, "reminders", r.Reminders, "error", err.Error())
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	took := message.Took(sent)
	if err := a.Approvals.AskedThrough(ctx, r.ID, took); err != nil {
		logger(a.Log).WarnContext(ctx, "who was asked could not be noted", "request", r.ID, "error", err.Error())
	}
	logger(a.Log).InfoContext(ctx, "a question is asked", "request", r.ID, "incident", r.Incident,
		"purpose", string(r.Purpose), "channels", took, "reminders", r.Reminders)
	return took, nil
}

// mayNarrow tells whether the subnets alone can be given back, by what was read for the question.
func (a *Asker) mayNarrow(of message.Record) bool {
	return of.Incident != nil && register.CanGiveBack(*of.Incident, a.Clock.Now().UTC()) == nil
}

// link is the address of the request's page, or why there is none. Nobody may go
// unasked for the sake of a link.
func (a *Asker) link(ctx context.Context, r quarantine.ApprovalRequest) (link, unlinked string) {
	if a.Signer == nil {
		return "", ""
	}
	signer, err := a.Signer(ctx)
	if err != nil {
		logger(a.Log).ErrorContext(ctx, "a question goes out without a link", "request", r.ID, "errorType", quarantine.NameOf(err), "error", err.Error())
		return "", quarantine.NameOf(err) + ": " + err.Error()
	}
	return signer.URL(r.ID, r.ExpiresAt), ""
}

// record is what a release would lift. Before a cut nothing is on record but the question.
func (a *Asker) record(ctx context.Context, n quarantine.News) message.Record {
	if n.Approval.Purpose != quarantine.PurposeRelease {
		return message.ReadDrill(ctx, a.Approvals, n)
	}
	record := message.Read(ctx, a.Clock, a.Approvals, n)
	if record.Unread != nil {
		logger(a.Log).WarnContext(ctx, "a question goes out without what is on record", "request", n.Approval.ID, "incident", n.Incident,
			"reason", record.Unread.Error())
	}
	return record
}
