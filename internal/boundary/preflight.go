package boundary

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Preflight is what a function answers a preflight with: {"preflight": {"targets": {...}}}, and nothing
// beside it, in place of its own input. It tells that it has started, and tries its powers.
type Preflight struct {
	// Function is its name: "isolate".
	Function string
	// Started says in a sentence what it started with, and fails where a part of that cannot be had;
	// nil says that it started. What keeps it from starting, it answers everything with.
	Started func(context.Context) (found string, err error)
	// Caller tells that its calls are made with the caller's own credentials, and not under a role of its own.
	Caller bool
	// Trials are its calls, on these targets; nil of a function that has none.
	Trials func(preflight.Targets) []preflight.Trial
}

// Beside makes a Function that answers a preflight's request, and hands everything else to f.
func (p Preflight) Beside(f Function) Function {
	answer := Wrap(p.answer)
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		if request, is := requested(payload); is {
			return answer(quarantine.DryRun(ctx), request)
		}
		return f(ctx, payload)
	}
}

// requested is the request in a payload that has nothing else.
func requested(payload []byte) (request []byte, is bool) {
	if !bytes.Contains(payload, []byte(`"preflight"`)) {
		return nil, false // nearly always, and without reading it twice
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(payload, &fields) != nil || len(fields) != 1 {
		return nil, false
	}
	request, is = fields["preflight"]
	return request, is
}

func (p Preflight) answer(ctx context.Context, in preflight.Request) (preflight.Answer, error) {
	out := preflight.Answer{Function: p.Function, Checks: []preflight.Check{p.starts(ctx)}}
	if p.Trials == nil {
		return out, nil
	}
	for _, t := range p.Trials(in.Targets) {
		out.Checks = append(out.Checks, p.tried(ctx, t)...)
	}
	return out, nil
}

func (p Preflight) starts(ctx context.Context) preflight.Check {
	c := preflight.Check{ID: preflight.Starts, Part: preflight.Functions, Subject: p.Function, State: preflight.Green, Found: "It started."}
	if p.Started == nil {
		return c
	}
	found, err := p.Started(ctx)
	switch {
	case err == nil:
		c.Found = found
	case quarantine.Passes(err):
		c.State, c.Found, c.Remedy = preflight.Unknown, preflight.Said(err), "Run the preflight again."
	case quarantine.Is(err, quarantine.BadPolicy):
		c.State, c.Found, c.Remedy = preflight.Red, preflight.Said(err), preflight.MendPolicy
	default:
		c.State, c.Found, c.Remedy = preflight.Red, preflight.Said(err), "Put right what the message names: until then the function does without it, and fails where it cannot."
	}
	return c
}

// tried makes a trial. Where the call is denied, it is not known of the actions that it needs besides.
func (p Preflight) tried(ctx context.Context, t preflight.Trial) []preflight.Check {
	check := func(action string, s preflight.State, found, remedy string) preflight.Check {
		return preflight.Check{ID: preflight.Power, Part: preflight.Powers, Subject: preflight.PowerOf(p.Function, action), State: s, Found: found, Remedy: remedy}
	}
	missing := t.Missing()
	if missing != "" && preflight.Reads(t.Action) {
		return nil // a read is of no one thing: what its role may is asked of IAM
	}
	if missing != "" {
		return []preflight.Check{check(t.Action, preflight.Unknown, "There is none to try it on: "+missing+".", "Name a VPC that has one, or make one.")}
	}
	on := ids(t.On)
	err := t.Call(ctx)
	switch name := quarantine.NameOf(err); {
	case name == quarantine.AccessDenied:
		return []preflight.Check{check(t.Action, preflight.Red, preflight.Said(err), p.remedy(on, append([]string{t.Action}, t.With...)))}
	case err == nil && !preflight.Reads(t.Action):
		return []preflight.Check{check(t.Action, preflight.Red, "It was carried out"+on+", and should only have been asked about.", "Tell the authors, and look at what changed.")}
	case name == quarantine.DryRunOperation || err == nil || slices.Contains(t.Also, name):
		out := []preflight.Check{check(t.Action, preflight.Green, "Its role is allowed it"+on+".", "")}
		for _, action := range t.With {
			out = append(out, check(action, preflight.Green, "Its role is allowed it with "+t.Action+on+".", ""))
		}
		return out
	default:
		return []preflight.Check{check(t.Action, preflight.Unknown, preflight.Said(err), "Run the preflight again; if that says the same, look at what the message names.")}
	}
}

// remedy is what to do about actions that are denied.
func (p Preflight) remedy(on string, actions []string) string {
	if p.Caller {
		return preflight.Allow(on, actions...)
	}
	return preflight.Grant(p.Function, on, actions...)
}

// ids is " on vpc-1 and acl-1", or nothing.
func ids(things []preflight.Thing) string {
	var all []string
	for _, t := range things {
		all = append(all, t.ID)
	}
	if len(all) == 0 {
		return ""
	}
	return " on " + strings.Join(all, " and ")
}
