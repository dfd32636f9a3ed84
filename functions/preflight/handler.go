// Package preflight finds out before it counts whether a containment would work: it reads what the
// account has, and joins what every function has said of itself to one report. It changes nothing.
package preflight

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Account reads the account's checks, and finds things that powers can be tried on, in these VPCs or,
// without any, wherever there are some. A check that cannot be read is not known, which is no error.
type Account interface {
	Read(ctx context.Context, vpcs []string) (preflight.Targets, []preflight.Check, error)
}

// Handler is the preflight function.
//
// IAM actions: iam:SimulatePrincipalPolicy on the functions' roles. For what it reads of the account and the
// stack: autoscaling:DescribeAutoScalingGroups, cloudwatch:DescribeAlarms, cloudwatch:GetMetricStatistics,
// ec2:DescribeInstances, ec2:DescribeNetworkAcls, ec2:DescribeNetworkInterfaces, ec2:DescribeSecurityGroups,
// ec2:DescribeSnapshots, events:DescribeRule, events:ListTargetsByRule, events:TestEventPattern,
// guardduty:GetDetector, guardduty:ListDetectors, iam:GetAccountAuthorizationDetails, iam:GetInstanceProfile,
// servicequotas:GetAWSDefaultServiceQuota, servicequotas:GetServiceQuota, sns:ListSubscriptionsByTopic,
// sqs:GetQueueAttributes, and ssm:GetParameter and ssm:GetParameterHistory on the policy's parameter, with
// kms:Decrypt where its key is the customer's.
//
// Failures: BadRequest and AccessDenied are permanent; Throttled and Unavailable pass.
type Handler struct {
	Account Account
	// Simulator asks IAM of the functions' calls that have no DryRun; nil leaves them not known.
	Simulator  Simulator
	Deployment Deployment
	Clock      quarantine.Clock
	Meter      quarantine.Meter
}

// What a request asks for.
const (
	Read  = "read"  // find targets, and read the account's checks
	Judge = "judge" // join all checks to a report
)

// Request is the function's input.
type Request struct {
	Action string `json:"action"`
	// Input is the execution's: see [Input]. Of a read.
	Input json.RawMessage `json:"input,omitempty"`
	// Targets and Checks are the account's, and Answers what each function has said. Of a judgement.
	Targets preflight.Targets  `json:"targets,omitzero"`
	Checks  []preflight.Check  `json:"checks,omitempty"`
	Answers []preflight.Answer `json:"answers,omitempty"`
	// Links are those of the deployment, which the definition knows. Of a judgement.
	Links []Link `json:"links,omitempty"`
}

// Input is the execution's input. The schedule's is {}: any VPC.
type Input struct {
	VPCs []string `json:"vpcs"`
}

// Reading is the function's output of a read.
type Reading struct {
	Targets preflight.Targets `json:"targets"`
	Checks  []preflight.Check `json:"checks"`
}

// Handle does what the request asks for. A read is answered with a [Reading], a judgement with a
// [preflight.Report].
func (h *Handler) Handle(ctx context.Context, in Request) (any, error) {
	switch in.Action {
	case Read:
		return h.read(ctx, in)
	case Judge:
		return h.judge(ctx, in)
	}
	return nil, quarantine.Failf(quarantine.BadRequest, "%q is nothing that preflight does: read or judge", in.Action)
}

func (h *Handler) read(ctx context.Context, in Request) (Reading, error) {
	var input Input
	if len(in.Input) > 0 {
		if err := json.Unmarshal(in.Input, &input); err != nil {
			return Reading{}, quarantine.Failf(quarantine.BadRequest, `the input of a preflight is {} or {"vpcs": ["vpc-..."]}: %w`, err)
		}
	}
	targets, checks, err := h.Account.Read(ctx, input.VPCs)
	if err != nil {
		return Reading{}, err
	}
	targets.Account, targets.Region, targets.Limited = h.Deployment.Account, h.Deployment.Region, len(input.VPCs) > 0
	if checks == nil {
		checks = []preflight.Check{} // the definition counts them
	}
	return Reading{Targets: targets, Checks: checks}, nil
}

// judge joins the checks in the order in which people read them, and measures how many are not well.
func (h *Handler) judge(ctx context.Context, in Request) (preflight.Report, error) {
	simulated, err := h.simulate(ctx, in.Targets, in.Answers)
	if err != nil {
		return preflight.Report{}, err
	}
	checks := slices.Clone(in.Checks)
	for _, a := range in.Answers {
		checks = append(checks, a.Checks...)
	}
	checks = slices.Concat(checks, h.silent(in.Answers), simulated, h.linked(ctx, in.Links))
	if checks == nil {
		checks = []preflight.Check{}
	}
	preflight.Sort(checks)
	of := map[preflight.State]float64{}
	for _, c := range checks {
		of[c.State]++
	}
	h.measure(of, in.Targets.Limited)
	return preflight.Report{At: h.Clock.Now().UTC().Format(time.RFC3339), State: preflight.Worst(checks), Checks: checks}, nil
}

// measure counts what is not well. What was limited to some VPCs can ring the alarm, and ends none: what is
// red elsewhere was not looked at.
func (h *Handler) measure(of map[preflight.State]float64, limited bool) {
	if limited && of[preflight.Red] == 0 {
		return
	}
	h.Meter.Measure(
		quarantine.Measurement{Name: quarantine.MetricPreflightRed, Unit: quarantine.Count, Value: of[preflight.Red]},
		quarantine.Measurement{Name: quarantine.MetricPreflightYellow, Unit: quarantine.Count, Value: of[preflight.Yellow]},
		quarantine.Measurement{Name: quarantine.MetricPreflightUnknown, Unit: quarantine.Count, Value: of[preflight.Unknown]},
	)
}

// silent are checks of functions that are deployed and have said nothing, as one of another release does,
// which does not know what it is asked.
func (h *Handler) silent(answers []preflight.Answer) (all []preflight.Check) {
	for _, name := range slices.Sorted(maps.Keys(h.Deployment.Roles)) {
		if slices.ContainsFunc(answers, func(a preflight.Answer) bool { return a.Function == name && len(a.Checks) > 0 }) {
			continue
		}
		all = append(all, preflight.Check{
			ID: preflight.Starts, Part: preflight.Functions, Subject: name, State: preflight.Unknown,
			Found:  "It is deployed, and has said nothing of itself.",
			Remedy: "Run the preflight again; if that says the same, the function is of another release than the definition: update the stack.",
		})
	}
	return all
}
