package wiring

import (
	"context"

	checks "github.com/ec2-quarantine/quarantine/functions/preflight"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

// checking is the preflight function: one principal makes the calls of all functions here, and no
// message goes to a topic that IAM could be asked about.
func checking(c Clients, o Options) *checks.Handler {
	h := &checks.Handler{
		Account: o.Account, Clock: o.Clock,
		Deployment: checks.Deployment{
			Account: o.AccountID, Region: o.Region, Table: o.Table, Identity: c.IAM != nil, Roles: map[string]string{}, Caller: o.Caller,
		},
	}
	if h.Account == nil {
		h.Account = unread{}
	}
	if c.Simulation != nil {
		h.Simulator = iam.NewSimulator(c.Simulation)
	}
	there := map[string]bool{"measures-identity": c.IAM != nil, "approval-page": false}
	for _, f := range preflight.All() {
		if is, optional := there[f.Name]; optional && !is {
			continue
		}
		h.Deployment.Roles[f.Name] = o.Principal
	}
	return h
}

// unread reads nothing of an account.
type unread struct{}

func (unread) Read(context.Context, []string) (preflight.Targets, []preflight.Check, error) {
	return preflight.Targets{}, nil, nil
}

// noRoles are what a preflight asks IAM about of a stack's state machines, rules and schedules: here are
// none, and one principal makes every call.
func noRoles(values map[string]string) {
	for _, of := range []string{"QuarantineStateMachine", "ApprovalStateMachine", "ReleaseStateMachine", "WatchStateMachine", "Rule", "WatchSchedule"} {
		values[of+"RoleArn"] = ""
	}
	values["EntryStateMachineArn"] = values["QuarantineStateMachineArn"]
}
