// Package watch looks whether what open incidents hold still stands as it was put there. It
// finds, records and says what does not; it changes nothing but the ledger. What is to be put
// right, the state machine has the function do that holds the measure, and then asks this one
// to settle what came of it.
package watch

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Handler is the watch function.
//
// Everything can be repeated at any point: a look that was claimed and not finished is taken
// up by the next one of the schedule.
//
// IAM actions: ec2:DescribeInstances, ec2:DescribeNetworkAcls, those of its measures that
// change nothing, dynamodb:GetItem, dynamodb:Query, dynamodb:UpdateItem, dynamodb:PutItem.
//
// Failures: BadRequest and AccessDenied are permanent; Throttled and Unavailable pass. What
// could not be seen of one incident fails nothing: it is on record, and in the answer.
type Handler struct {
	Instances quarantine.Instances
	Cut       register.CutReader // what the cut looks at
	// Measures are those beyond the cut. Only what looks is called of them.
	Measures []measure.Measure
	Ledger   quarantine.Watches
	Clock    quarantine.Clock
	Meter    quarantine.Meter
}

// What a request asks for.
const (
	Look   = "look"   // see how everything stands
	Settle = "settle" // put on record what came of putting something right
	Told   = "told"   // put on record that people were told
)

// Request is the function's input.
type Request struct {
	Action    string               `json:"action"`
	Execution quarantine.Execution `json:"execution"`
	// Input is the execution's: see [Input]. Of a look.
	Input json.RawMessage `json:"input,omitempty"`
	// Task is what was to be put right; Result what the function answered that did so, or
	// Failure why it could not. Of the other two.
	Task    Task                    `json:"task,omitzero"`
	Result  *Result                 `json:"result,omitempty"`
	Failure *quarantine.CaughtError `json:"failure,omitempty"`
}

// Task is what is to be put right for one incident by one measure, or only to be told.
type Task struct {
	Incident string           `json:"incident"`
	Measure  string           `json:"measure"`
	Claim    quarantine.Claim `json:"claim"`
	// Drifts are what was found, and Things those of them that are to be put right now.
	Drifts []quarantine.Drift `json:"drifts"`
	Things []string           `json:"things"`
	// Subnets are the records of subnets to be cut again.
	Subnets []quarantine.Quarantine `json:"subnets,omitempty"`
	// Tell says whether there is something to tell people: once it is settled.
	Tell bool `json:"tell"`
}

// Result is what a function answers that puts something right: the measures function a
// status, isolate the subnets that it read back.
type Result struct {
	Status  measure.Status          `json:"status,omitempty"`
	Subnets []quarantine.Quarantine `json:"subnets,omitempty"`
}

// Answer is the function's output of a look.
type Answer struct {
	// Looked is how many incidents were looked at, Tasks what is to be done, and Unseen what
	// could not be seen, by incident.
	Looked int      `json:"looked"`
	Tasks  []Task   `json:"tasks"`
	Unseen []string `json:"unseen"`
	// More says that there are incidents left to look at.
	More bool `json:"more"`
}

// Handle does what the request asks for. A look is answered with an [Answer], the others with
// the [Task] as it is then.
func (h *Handler) Handle(ctx context.Context, in Request) (any, error) {
	if in.Execution.ID == "" {
		return nil, quarantine.Failf(quarantine.BadRequest, "the watch needs its execution; the state machine gives it")
	}
	switch in.Action {
	case Look:
		return h.look(ctx, in)
	case Settle, Told:
		if in.Task.Incident == "" || len(in.Task.Drifts) == 0 {
			return nil, quarantine.Failf(quarantine.BadRequest, "%s needs the task of a look", in.Action)
		}
		if in.Action == Told {
			return h.told(ctx, in)
		}
		return h.settle(ctx, in)
	}
	return nil, quarantine.Failf(quarantine.BadRequest, "%q is nothing that the watch does: look, settle or told", in.Action)
}

// How often an incident is looked at, at most: the schedule and a joining finding within a
// minute of the last look see nothing new, and a hint of CloudTrail's is about something that
// has just been done.
const (
	sinceLook = time.Minute
	sinceHint = 10 * time.Second
)

// A look takes so many incidents, and no more after so long: the rest is another invocation's.
const (
	mostIncidents = 10
	mostTime      = 40 * time.Second
)

func (h *Handler) look(ctx context.Context, in Request) (Answer, error) {
	out := Answer{Tasks: []Task{}, Unseen: []string{}}
	input, err := parseInput(in.Input)
	if err != nil {
		return out, err
	}
	ids, err := h.incidents(ctx, input)
	if err != nil {
		return out, err
	}
	l := &looking{Handler: h, hint: input.hint, execution: in.Execution, cut: register.CutLook{From: h.Cut}}
	begun := h.Clock.Now()
	for _, id := range ids {
		if out.Looked == mostIncidents || h.Clock.Now().Sub(begun) > mostTime {
			out.More = true
			break
		}
		at := h.Clock.Now().UTC()
		claimed, err := h.Ledger.ClaimLook(ctx, id, at, at.Add(-input.since()))
		if err != nil {
			return out, err
		}
		if !claimed {
			continue
		}
		tasks, unseen, err := l.at(ctx, id, at)
		if err != nil {
			return out, err
		}
		out.Looked++
		out.Tasks = append(out.Tasks, tasks...)
		if unseen != "" {
			out.Unseen = append(out.Unseen, id+": "+unseen)
		}
	}
	return out, nil
}

// incidents are the ids of those to look at. One that is named is read before anything is on
// record of it: a claim of one that nobody knows would make it known.
func (h *Handler) incidents(ctx context.Context, input Input) ([]string, error) {
	if input.Incident == "" {
		return h.Ledger.Watched(ctx)
	}
	_, err := h.Ledger.Incident(ctx, input.Incident)
	return []string{input.Incident}, err
}
