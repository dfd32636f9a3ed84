package simulate_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	handler "github.com/ec2-quarantine/quarantine/functions/preflight"
	"github.com/ec2-quarantine/quarantine/internal/lab/iamengine"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// allowingIAM is one that allows everything, and keeps what it was asked.
type allowingIAM struct{ asked []permission }

func (a *allowingIAM) Simulate(_ context.Context, principal string, actions []string, resource string, with map[string]string) (map[string]preflight.Decision, error) {
	out := map[string]preflight.Decision{}
	for _, action := range actions {
		out[action] = preflight.Decision{Said: handler.Allowed}
		p := permission{function: principal, action: action, resource: resource, context: map[string]any{}}
		for key, value := range with {
			p.context[key] = value
			if key == "events:source" {
				p.context[key] = []string{value}
			}
		}
		a.asked = append(a.asked, p)
	}
	return out, nil
}

// What a preflight asks IAM of calls that have no DryRun, the template's roles are allowed: red is a
// role that is not as it was deployed.
func TestRolesAreAllowedWhatAPreflightAsksIAM(t *testing.T) {
	t.Parallel()
	iam, answers := &allowingIAM{}, []preflight.Answer{}
	deployed := handler.Deployment{
		Account: "111122223333", Region: "eu-west-1", Table: ledgerARN[strings.LastIndexByte(ledgerARN, '/')+1:], Identity: true, Roles: map[string]string{},
		Topic: "arn:aws:sns:" + inRegion + "quarantine-alerts", Machine: "arn:aws:states:" + inRegion + "stateMachine:quarantine-contain",
	}
	for _, f := range preflight.All() {
		deployed.Roles[f.Name] = f.Name
		answers = append(answers, preflight.Answer{Function: f.Name, Checks: []preflight.Check{{ID: preflight.Starts, State: preflight.Green}}})
	}
	h := &handler.Handler{Simulator: iam, Deployment: deployed, Clock: quarantine.SystemClock{}}
	if _, err := h.Handle(t.Context(), handler.Request{Action: handler.Judge, Answers: answers}); err != nil {
		t.Fatal(err)
	}
	granted, requests := rolePolicies(t), []iamengine.Request{}
	granted["approval-page"] = granted["person"]
	// The engine refuses to judge that one on a state machine: see permissions.
	asked := slices.DeleteFunc(iam.asked, func(p permission) bool { return p.action == "states:SendTaskSuccess" })
	for _, p := range asked {
		requests = append(requests, p.request(granted))
	}
	for n, verdict := range iamengine.Judged(t, requests) {
		if verdict != iamengine.Allowed {
			t.Errorf("%s: %s", asked[n], verdict)
		}
	}
	if len(requests) < 80 {
		t.Errorf("%d permissions are asked about", len(requests))
	}
}

// What the function preflight reads of the account and of its stack, its own role is allowed; of another
// stack's, nothing.
func TestThePreflightIsAllowedWhatItReads(t *testing.T) {
	t.Parallel()
	granted := rolePolicies(t)
	var asked []permission
	read := func(resource string, actions ...string) {
		for _, action := range actions {
			asked = append(asked, permission{function: "preflight", action: action, resource: resource})
		}
	}
	read("*", "ec2:DescribeInstances", "ec2:DescribeNetworkAcls", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSnapshots",
		"autoscaling:DescribeAutoScalingGroups", "cloudwatch:GetMetricStatistics", "events:TestEventPattern", "guardduty:ListDetectors",
		"servicequotas:GetAWSDefaultServiceQuota", "iam:GetAccountAuthorizationDetails")
	read("arn:aws:cloudwatch:"+inRegion+"alarm:*", "cloudwatch:DescribeAlarms")
	read("arn:aws:servicequotas:"+inRegion+"vpc/L-B4A6D682", "servicequotas:GetServiceQuota")
	read("arn:aws:guardduty:"+inRegion+"detector/0123456789abcdef0123456789abcdef", "guardduty:GetDetector")
	read("arn:aws:events:"+inRegion+"rule/quarantine-FindingsRule-1A2B", "events:DescribeRule", "events:ListTargetsByRule")
	read("arn:aws:sqs:"+inRegion+"quarantine-FindingsDeadLetterQueue-1A2B", "sqs:GetQueueAttributes")
	read("arn:aws:sqs:"+inRegion+"quarantine-WatchDeadLetterQueue-1A2B", "sqs:GetQueueAttributes")
	read("arn:aws:sns:"+inRegion+"quarantine-alerts", "sns:ListSubscriptionsByTopic")
	read("arn:aws:sns:"+inRegion+"quarantine-operations", "sns:ListSubscriptionsByTopic")
	read("arn:aws:iam::111122223333:instance-profile/web", "iam:GetInstanceProfile")
	allowed := len(asked)
	read("arn:aws:sqs:"+inRegion+"another", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
	read("arn:aws:sns:"+inRegion+"quarantine-alerts", "sns:Publish")
	read("arn:aws:iam::111122223333:role/web", "iam:PutRolePolicy")
	var requests []iamengine.Request
	for _, p := range asked {
		requests = append(requests, p.request(granted))
	}
	for n, verdict := range iamengine.Judged(t, requests) {
		if (verdict == iamengine.Allowed) != (n < allowed) {
			t.Errorf("%s: %s", asked[n], verdict)
		}
	}
}
