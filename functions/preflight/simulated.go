package preflight

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// needed are the IAM actions that each function documents, by its name. The file is made of the
// functions' documentation and of what their measures name: go test ./infra -run Document -update.
//
//go:embed actions.json
var needed []byte

func actions() (all map[string][]string, err error) {
	err = json.Unmarshal(needed, &all)
	return all, err
}

// Simulator asks IAM whether a principal would be allowed actions, by its policies, the boundaries of
// its permissions and the organization's. Errors: AccessDenied, Throttled, Unavailable.
type Simulator interface {
	// Simulate gives IAM's decision by action. The principal, and the resource unless it is *, are
	// ARNs; with are values of condition keys.
	Simulate(ctx context.Context, principal string, actions []string, resource string, with map[string]string) (map[string]preflight.Decision, error)
}

// Allowed is the one of IAM's decisions that allows.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
const Allowed = "allowed"

// Deployment is what the calls that have no DryRun are about.
type Deployment struct {
	Account, Region string
	Table           string // the ledger's
	Topic           string // ARN; "" where news do not go to one
	Machine         string // ARN of the machine that asks; "" where there is none
	Identity        bool   // whether roles and keys may be changed
	Caller          bool   // the caller's credentials make every call, and no function has a role
	// Roles are the ARNs of the functions' roles, by the functions' names: who is asked about. Each of them
	// has to answer.
	Roles map[string]string
}

// on is what an action without a DryRun is asked about.
type on struct {
	resource string
	key      string // a condition key that the call has, and its value
	value    string
}

// about is what IAM is asked about an action on. It is false for what the deployment does without,
// or what the start of a function has shown.
func (d Deployment) about(action string, t preflight.Targets) (on, bool) {
	service, operation, _ := strings.Cut(action, ":")
	owned := func(service, region, account, resource string) string {
		return arn.ARN{Partition: arn.PartitionOf(d.Region), Service: service, Region: region, Account: account, Resource: resource}.String()
	}
	name := func(service, region, resource string) string { return owned(service, region, d.Account, resource) }
	given := func(id, example string) string {
		if id == "" {
			return example
		}
		return id
	}
	switch {
	case service == "kms" || service == "ssm":
		return on{}, false
	case service == "dynamodb":
		return on{resource: name(service, d.Region, "table/"+d.Table)}, true
	case service == "sns":
		return on{resource: d.Topic}, d.Topic != ""
	case service == "events":
		return on{name(service, d.Region, "event-bus/default"), "events:source", "quarantine"}, true
	case service == "states":
		return on{resource: d.Machine}, d.Machine != ""
	case service == "iam":
		return on{resource: name(service, "", identityOf(operation, t, given))}, d.Identity
	case preflight.Reads(action):
		return on{resource: "*"}, true
	case service == "autoscaling":
		return on{resource: name(service, d.Region, "autoScalingGroup:00000000-0000-0000-0000-000000000000:autoScalingGroupName/"+given(t.Group, "preflight"))}, true
	case strings.HasSuffix(operation, "Targets"):
		return on{resource: name(service, d.Region, "targetgroup/preflight/0000000000000000")}, true
	case service == "elasticloadbalancing":
		return on{resource: name(service, d.Region, "loadbalancer/preflight")}, true
	case operation == "DeleteNetworkAcl":
		return on{name(service, d.Region, "network-acl/acl-00000000"), "aws:ResourceTag/" + quarantine.TagProduct, quarantine.Product}, true
	case operation == "LockSnapshot": // ARNs of snapshots name no account
		return on{owned(service, d.Region, "", "snapshot/snap-00000000"), "aws:ResourceTag/" + quarantine.TagProduct, quarantine.Product}, true
	case strings.HasPrefix(operation, "RevokeSecurityGroup"):
		return on{resource: name(service, d.Region, "security-group/"+given(t.SecurityGroup, "sg-00000000"))}, true
	}
	return on{}, true
}

// identityOf is the part of an ARN of IAM's that names what an operation is about.
func identityOf(operation string, t preflight.Targets, given func(id, example string) string) string {
	switch {
	case strings.Contains(operation, "InstanceProfile"):
		return "instance-profile/preflight"
	case strings.Contains(operation, "Role"):
		return "role/" + given(t.Role, "preflight")
	case strings.Contains(operation, "GroupPolicies"):
		return "group/preflight"
	default:
		return "user/" + given(t.User, "preflight")
	}
}

// simulate gives the checks of what the answers have not: of functions that answered, the actions
// whose calls have no DryRun.
func (h *Handler) simulate(ctx context.Context, t preflight.Targets, answers []preflight.Answer) ([]preflight.Check, error) {
	all, err := actions()
	if err != nil {
		return nil, err
	}
	var out []preflight.Check
	for _, a := range answers {
		if !started(a) {
			continue
		}
		groups := map[on][]string{}
		for _, action := range untried(a, all[a.Function]) {
			if of, is := h.Deployment.about(action, t); is {
				groups[of] = append(groups[of], action)
			}
		}
		for _, of := range slices.SortedFunc(maps.Keys(groups), func(a, b on) int { return strings.Compare(a.resource, b.resource) }) {
			out = append(out, h.asked(ctx, a.Function, of, groups[of])...)
		}
	}
	return out, nil
}

// started tells whether a function has answered. Of one that does not start that is enough to know.
func started(a preflight.Answer) bool {
	return slices.ContainsFunc(a.Checks, func(c preflight.Check) bool { return c.ID == preflight.Power || c.State == preflight.Green })
}

// untried are the actions of which a function has said nothing.
func untried(a preflight.Answer, actions []string) []string {
	return slices.DeleteFunc(slices.Clone(actions), func(action string) bool {
		return slices.ContainsFunc(a.Checks, func(c preflight.Check) bool {
			return c.ID == preflight.Power && c.Subject == preflight.PowerOf(a.Function, action)
		})
	})
}

// tries are how often IAM is asked the same where it throttles. A preflight asks some fifty times, and
// IAM takes few such questions a second.
const tries = 5

// decisions are IAM's about a role's actions on one thing.
func (h *Handler) decisions(ctx context.Context, role string, of on, actions []string) (decided map[string]preflight.Decision, err error) {
	with := map[string]string{}
	if of.key != "" {
		with[of.key] = of.value
	}
	for try := range tries {
		decided, err = h.Simulator.Simulate(ctx, role, actions, of.resource, with)
		if !quarantine.Is(err, quarantine.Throttled) || try == tries-1 || h.Clock.Sleep(ctx, time.Second<<try) != nil {
			break
		}
	}
	return decided, err
}

// asked asks IAM about a function's actions on one thing.
func (h *Handler) asked(ctx context.Context, function string, of on, actions []string) (out []preflight.Check) {
	unknown := ""
	var decided map[string]preflight.Decision
	role := h.Deployment.Roles[function]
	switch {
	case of.resource == "":
		unknown = "It belongs to a call that was not carried out, and by itself it is not asked about."
	case h.Simulator == nil || role == "":
		unknown = "Its call has no DryRun, and there is nobody to ask IAM about."
	default:
		var err error
		if decided, err = h.decisions(ctx, role, of, actions); err != nil {
			unknown = "IAM did not say: " + preflight.Said(err)
		}
	}
	for _, action := range actions {
		c := preflight.Check{ID: preflight.Power, Part: preflight.Powers, Subject: preflight.PowerOf(function, action)}
		switch decision, is := decided[action]; {
		case unknown != "":
			c.State, c.Found, c.Remedy = preflight.Unknown, unknown, "Run the preflight again once the rest is well."
		case !is:
			c.State, c.Found, c.Remedy = preflight.Unknown, "IAM said nothing of it.", "Run the preflight again."
		default:
			c.State, c.Found, c.Remedy = weighed(function, action, of, decision)
			if c.State == preflight.Red && h.Deployment.Caller {
				c.Remedy = preflight.Allow(" on "+of.resource, action)
			}
		}
		out = append(out, c)
	}
	return out
}

// weighed is what a decision of IAM's says, and which conditions it was made without: only a call has
// the keys of items, say. What the template allows, it allows without them.
func weighed(function, action string, of on, d preflight.Decision) (state preflight.State, found, remedy string) {
	without := unweighed(d.Missing)
	if d.Said == Allowed {
		return preflight.Green, "By IAM's simulation its role is allowed it on " + of.resource + "." + without, ""
	}
	return preflight.Red, fmt.Sprintf("By IAM's simulation its role is not allowed it on %s: %s.%s", of.resource, d.Said, without), preflight.Grant(function, " on "+of.resource, action)
}

// unweighed names conditions that IAM had no value of.
func unweighed(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	keys = slices.Clone(keys)
	slices.Sort(keys)
	return " Conditions on " + strings.Join(slices.Compact(keys), ", ") + " were not weighed: a call alone has values of them."
}
