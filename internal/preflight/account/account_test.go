package account_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/cloudwatch"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/eventbridge"
	"github.com/ec2-quarantine/quarantine/internal/aws/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/aws/servicequotas"
	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/aws/sqs"
	lab "github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/pasted"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/preflight/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// world is an account in memory in which all is well, and a reader of it through the adapters.
type world struct {
	*lab.Account
	account.Reader
	detector, vpc, subnet, host string
	page                        int  // the status that the page answers
	another                     bool // it is not the page that answers
}

const machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:guard-contain"

var now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func healthy(t *testing.T) *world {
	t.Helper()
	a := lab.New(lab.Options{PageSize: 2})
	w := &world{Account: a, page: http.StatusNotFound}
	w.detector = a.AddDetector(lab.Detector{Frequency: "FIFTEEN_MINUTES"})
	a.SetRule(w.rule())
	page := httptest.NewServer(http.HandlerFunc(func(to http.ResponseWriter, _ *http.Request) {
		if !w.another {
			to.Header().Set("X-Robots-Tag", "noindex, nofollow")
		}
		to.WriteHeader(w.page)
	}))
	t.Cleanup(page.Close)
	stack := account.Stack{
		Name: "guard", Rule: "guard-FindingsRule", Machine: machine, Page: page.URL,
		DeadLetters: a.AddQueue("dead"), WatchDeadLetters: a.AddQueue("watch-dead"), Alerts: a.AddTopic("alerts"), Operations: a.AddTopic("operations"),
		Alarms: []string{"DeadLetters", "PreflightRed", "WatchSilent"},
	}
	a.SetAlarm(lab.Alarm{Name: "guard-PreflightRed", Actions: []string{stack.Operations}, Rings: true}) // the last one's word
	for _, name := range []string{"DeadLetters", "WatchSilent"} {
		a.SetAlarm(lab.Alarm{Name: "guard-" + name, Actions: []string{stack.Operations}})
	}
	a.SetAlarm(lab.Alarm{Name: "guard-two-DeadLetters", Off: true, Rings: true}) // another stack's
	w.vpc = a.AddVPC(lab.VPC{})
	w.subnet = a.AddSubnet(lab.Subnet{VPC: w.vpc, CIDR: "10.0.1.0/24"})
	a.AddRole(lab.Role{Name: "web"})
	w.host = a.AddInstance(lab.Instance{Profile: a.ProfileARN("web"), Interfaces: []lab.Interface{{Subnet: w.subnet, PrivateIP: "10.0.1.10"}}})
	a.AddUser(lab.User{Name: "alice"})
	policy := triage.DefaultPolicy()
	w.Reader = account.Reader{
		Account: a.ID(), Region: a.Region(), Stack: stack,
		Detectors: guardduty.NewDetectorReader(a.GuardDuty()), Rules: eventbridge.NewRules(a.EventBridge()), Queues: sqs.New(a.SQS()),
		Topics: sns.NewTopics(a.SNS()), Metrics: cloudwatch.New(a.CloudWatch()), Quotas: servicequotas.New(a.ServiceQuotas()),
		Network: ec2.New(a.EC2()), Groups: autoscaling.New(a.AutoScaling()), Principals: iam.NewPrincipals(a.IAM()), Pages: account.Web{},
		Policy: func(context.Context) (account.Policy, error) {
			return account.PolicyOf(policy), nil
		},
		Clock: clocktest.At(now),
	}
	return w
}

func (w *world) rule() lab.EventRule {
	return lab.EventRule{
		Name: "guard-FindingsRule", Pattern: `{"source":["aws.guardduty"],"detail-type":["GuardDuty Finding"],"detail":{"accountId":["` + w.ID() + `"]}}`,
		Targets: []lab.RuleTarget{{ARN: machine, DeadLetters: "arn:aws:sqs:eu-west-1:123456789012:dead"}},
	}
}

// setRule changes the rule.
func (w *world) setRule(change func(*lab.EventRule)) {
	r := w.rule()
	change(&r)
	w.SetRule(r)
}

// policy changes what the policy says.
func (w *world) policy(t *testing.T, yaml string) {
	t.Helper()
	p, err := triage.ParsePolicy([]byte("version: 1\n" + yaml))
	if err != nil {
		t.Fatal(err)
	}
	w.Policy = func(context.Context) (account.Policy, error) {
		return account.PolicyOf(p), nil
	}
}

func (w *world) read(t *testing.T) (preflight.Targets, []preflight.Check) {
	t.Helper()
	targets, checks, err := w.Read(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return targets, checks
}

func TestAHealthyAccountIsGreen(t *testing.T) {
	t.Parallel()
	_, checks := healthy(t).read(t)
	seen := map[string]bool{}
	for _, c := range checks {
		if c.State != preflight.Green || c.Remedy != "" {
			t.Errorf("%s of %s is %s: %s %s", c.ID, c.Subject, c.State, c.Found, c.Remedy)
		}
		key := c.ID + " " + c.Subject
		if seen[key] || c.Subject == "" || !slices.Contains(preflight.Parts(), c.Part) || !strings.HasSuffix(c.Found, ".") {
			t.Errorf("%+v: id and subject are unique, the part is known, and what was found is a sentence", c)
		}
		seen[key] = true
	}
	if len(checks) < 20 {
		t.Errorf("%d checks", len(checks))
	}
}

// broken is one thing that is not well: the check that tells it, and what its remedy has.
type broken struct {
	how    func(*testing.T, *world)
	id     string
	state  preflight.State
	found  string
	remedy string
}

var faults = map[string]broken{
	"GuardDuty is off": {func(_ *testing.T, w *world) { w.RemoveDetectors() },
		"detector.on", preflight.Red, "GuardDuty is off in eu-west-1", "`aws guardduty create-detector --enable --finding-publishing-frequency FIFTEEN_MINUTES --region eu-west-1`"},
	"the detector is suspended": {func(_ *testing.T, w *world) { w.SetDetector(w.detector, lab.Detector{Suspended: true}) },
		"detector.on", preflight.Red, "suspended", "aws guardduty update-detector --detector-id 00000000000000000000000000000001 --enable"},
	"repeats come late": {func(_ *testing.T, w *world) { w.SetDetector(w.detector, lab.Detector{}) },
		"detector.frequency", preflight.Yellow, "after six hours", "--finding-publishing-frequency FIFTEEN_MINUTES"},
	"the rule is disabled": {func(_ *testing.T, w *world) { w.setRule(func(r *lab.EventRule) { r.Disabled = true }) },
		"rule.enabled", preflight.Red, "disabled: no finding starts anything", "`aws events enable-rule --name guard-FindingsRule --region eu-west-1`"},
	"the rule is gone": {func(_ *testing.T, w *world) { w.RemoveRule("guard-FindingsRule") },
		"rule.enabled", preflight.Red, "is gone", "Deploy the stack again"},
	"the rule starts something else": {func(_ *testing.T, w *world) {
		w.setRule(func(r *lab.EventRule) { r.Targets[0].ARN = "arn:aws:sns:eu-west-1:1:x" })
	}, "rule.target", preflight.Red, "does not hand findings to the state machine", "aws events list-targets-by-rule"},
	"the rule's target has no dead letters": {func(_ *testing.T, w *world) { w.setRule(func(r *lab.EventRule) { r.Targets[0].DeadLetters = "" }) },
		"rule.dead-letters", preflight.Red, "is lost", "Deploy the stack again"},
	"the pattern is of another account": {func(_ *testing.T, w *world) {
		w.setRule(func(r *lab.EventRule) { r.Pattern = strings.ReplaceAll(r.Pattern, w.ID(), "444455556666") })
	}, "rule.pattern", preflight.Red, "does not match a finding of account 123456789012", "MonitoredAccounts"},
	"findings are dead letters": {func(_ *testing.T, w *world) { w.SetMessages(w.Stack.DeadLetters, 3) },
		"queue.empty", preflight.Red, "About 3 dead letters", "redrive them"},
	"looks are dead letters": {func(_ *testing.T, w *world) { w.SetMessages(w.Stack.WatchDeadLetters, 1) },
		"queue.empty", preflight.Yellow, "About 1 dead letters", "WatchNotStarted in docs/runbook.md"},
	"a queue is gone": {func(_ *testing.T, w *world) { w.RemoveQueue(w.Stack.DeadLetters) },
		"queue.empty", preflight.Red, "is gone", "Deploy the stack anew"},
	"nobody subscribes to the alerts": {func(_ *testing.T, w *world) { w.SetSubscribers(w.Stack.Alerts, lab.Subscribers{Deleted: 1}) },
		"topic.subscriber", preflight.Red, "Nobody subscribes to news of incidents", "`aws sns subscribe --topic-arn arn:aws:sns:eu-west-1:123456789012:alerts --protocol email"},
	"nobody confirmed": {func(_ *testing.T, w *world) { w.SetSubscribers(w.Stack.Operations, lab.Subscribers{Pending: 2}) },
		"topic.subscriber", preflight.Red, "Nobody hears alarms: 2 subscribed, and did not confirm", "Open the link in the mail"},
	"an alarm rings for nobody": {func(_ *testing.T, w *world) { w.SetAlarm(lab.Alarm{Name: "guard-WatchSilent"}) },
		"alarms.actions", preflight.Red, "1 of 3 alarms do not ring the topic for alarms: guard-WatchSilent", "aws cloudwatch enable-alarm-actions --alarm-names guard-WatchSilent"},
	"an alarm is gone": {func(_ *testing.T, w *world) { w.Stack.Alarms = append(w.Stack.Alarms, "IsolationFailed") },
		"alarms.actions", preflight.Red, "1 alarms of the stack are gone: IsolationFailed.", "Deploy the stack anew"},
	"alarms are switched off": {func(_ *testing.T, w *world) {
		w.SetAlarm(lab.Alarm{Name: "guard-WatchSilent", Off: true, Actions: []string{w.Stack.Operations}})
	}, "alarms.actions", preflight.Red, "guard-WatchSilent", "enable-alarm-actions"},
	"there are no alarms": {func(_ *testing.T, w *world) {
		w.RemoveAlarm("guard-WatchSilent")
		w.RemoveAlarm("guard-DeadLetters")
		w.RemoveAlarm("guard-PreflightRed")
	},
		"alarms.actions", preflight.Red, "has no alarms", "Deploy the stack anew"},
	"an alarm rings": {func(_ *testing.T, w *world) {
		w.SetAlarm(lab.Alarm{Name: "guard-WatchSilent", Rings: true, Actions: []string{w.Stack.Operations}})
	}, "alarms.quiet", preflight.Yellow, "guard-WatchSilent", "docs/runbook.md"},
	"the page refuses everybody": {func(_ *testing.T, w *world) { w.page, w.another = http.StatusForbidden, true },
		"page.answers", preflight.Red, "Lambda refuses", "ApprovalPageInvokePermission"},
	"something else answers in the page's place": {func(_ *testing.T, w *world) { w.another = true },
		"page.answers", preflight.Red, "Something else answers", "deploy the stack again"},
	"the page fails": {func(_ *testing.T, w *world) { w.page = http.StatusBadGateway },
		"page.answers", preflight.Red, "fails (502)", "logs"},
	"the page is throttled": {func(_ *testing.T, w *world) { w.page, w.another = http.StatusTooManyRequests, true },
		"page.answers", preflight.Yellow, "429", "PageConcurrency"},
	"no network ACL can be made": {func(_ *testing.T, w *world) { w.SetQuota("vpc", "L-B4A6D682", 1) },
		"quota.network-acls", preflight.Red, "1 of 1 network ACLs per VPC are used. A cut can make no network ACL.",
		"aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-B4A6D682 --desired-value 200 --region eu-west-1"},
	"security groups run short": {func(_ *testing.T, w *world) {
		w.SetQuota("vpc", "L-E79EC296", 5)
		for range 3 {
			w.AddSecurityGroup(lab.SecurityGroup{VPC: w.vpc})
		}
	}, "quota.security-groups", preflight.Yellow, "4 of 5 security groups per Region", "--quota-code L-E79EC296"},
	"the account is new to Lambda": {func(_ *testing.T, w *world) { w.SetQuota("lambda", "L-B99A9384", 10) },
		"quota.concurrency", preflight.Red, "would be throttled", "--service-code lambda --quota-code L-B99A9384 --desired-value 1000"},
	"Lambda is busy": {func(_ *testing.T, w *world) { w.SetMetric("AWS/Lambda", "ConcurrentExecutions", 900) },
		"quota.concurrency", preflight.Yellow, "ran 900 at a time at most", "--desired-value 2000"},
	"a subnet is another account's": {func(_ *testing.T, w *world) {
		vpc := w.AddVPC(lab.VPC{CIDRs: []string{"10.2.0.0/16"}})
		subnet := w.AddSubnet(lab.Subnet{VPC: vpc, CIDR: "10.2.2.0/24"})
		w.ShareFrom("444455556666", vpc)
		w.AddInstance(lab.Instance{Interfaces: []lab.Interface{{Subnet: subnet, PrivateIP: "10.2.2.10"}}})
	}, "subnets.owner", preflight.Red, "1 subnets belong to account 444455556666", "whoever runs account 444455556666"},
	"an instance is exempt": {func(t *testing.T, w *world) { w.policy(t, "exempt: {subnets: ["+w.subnet+"]}") },
		"instances.exempt", preflight.Yellow, "1 of 1 instances are exempt", "exempt in the policy"},
	"the policy does not parse": {func(_ *testing.T, w *world) {
		w.Policy = func(context.Context) (account.Policy, error) {
			_, err := triage.ParsePolicy([]byte("version: 3"))
			return account.Policy{}, err
		}
	}, "instances.read", preflight.Unknown, "the policy: the policy has a fault", "Mend the policy"},
	"an instance forwards": {func(_ *testing.T, w *world) {
		w.AddInstance(lab.Instance{Interfaces: []lab.Interface{{Subnet: w.subnet, PrivateIP: "10.0.1.11", Forwards: true}}})
	}, "instances.asked", preflight.Yellow, "1 of 2 instances would wait for a person's yes", "limits.askFirst"},
	"a NAT gateway is beside": {func(_ *testing.T, w *world) {
		w.AddInterface(lab.Interface{Subnet: w.subnet, PrivateIP: "10.0.1.12", Type: "nat_gateway", RequesterManaged: true})
	}, "instances.asked", preflight.Yellow, "a NAT gateway", "neighbours in the policy"},
	"the account is observed": {func(t *testing.T, w *world) { w.policy(t, "mode: observe") },
		"policy.acts", preflight.Yellow, "of which nothing is contained: the account: observe.", "quarantine policy push"},
	"a VPC is observed": {func(t *testing.T, w *world) { w.policy(t, "modes: {vpcs: {vpc-0123456789abcdef0: observe}}") },
		"policy.acts", preflight.Yellow, "vpc-0123456789abcdef0: observe.", "quarantine policy push"},
	"neighbours are spared": {func(t *testing.T, w *world) {
		w.policy(t, "neighbours: {beyond: group}")
		w.AddInterface(lab.Interface{Subnet: w.subnet, PrivateIP: "10.0.1.12", Type: "nat_gateway", RequesterManaged: true})
	}, "instances.spared", preflight.Yellow, "the security group alone would contain them", "neighbours in the policy"},
	"a group ends what is unhealthy": {func(_ *testing.T, w *world) {
		w.AddGroup(lab.ScalingGroup{Name: "web tier", Instances: []string{w.host}, Subnets: []string{w.subnet}, Checks: "EC2,ELB"})
	}, "groups.health-checks", preflight.Yellow, "1 Auto Scaling groups end instances that a load balancer finds unhealthy, as it does in a subnet that is cut: web tier.", "neighbours.sameGroup"},
	"a group would end the instance itself": {func(t *testing.T, w *world) {
		w.policy(t, "measures: {standby: off}")
		w.AddGroup(lab.ScalingGroup{Name: "web", Instances: []string{w.host}, Checks: "ELB"})
	}, "groups.health-checks", preflight.Red, "the contained instance itself is ended", "Put standby among measures"},
	"a role of instances may undo a cut": {func(_ *testing.T, w *world) { w.SetPolicy("web", "all", allow("ec2:*")) },
		"undo.instance-roles", preflight.Yellow, "1 roles of instances may undo a cut: web.", "ReplaceNetworkAclAssociation"},
	"another role and a user may undo a cut, beside the stack's own": {func(_ *testing.T, w *world) {
		w.AddRole(lab.Role{Name: "guard-isolate", Trust: `{"Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"}}}`})
		w.SetPolicy("guard-isolate", "all", allow("ec2:ReplaceNetworkAclAssociation"))
		w.Stack.Roles = []string{"arn:aws:iam::123456789012:role/guard-isolate"}
		w.AddRole(lab.Role{Name: "guard-looks-alike"})
		w.SetPolicy("guard-looks-alike", "all", allow("ec2:*"))
	}, "undo.instance-roles", preflight.Yellow, "1 roles of instances may undo a cut: guard-looks-alike.", "Take ReplaceNetworkAclAssociation"},
	"there are more VPCs than have room": {func(_ *testing.T, w *world) {
		for n := range account.MostVPCs {
			cidr := "10." + strconv.Itoa(n+10) + ".0.0/24"
			subnet := w.AddSubnet(lab.Subnet{VPC: w.AddVPC(lab.VPC{CIDRs: []string{cidr}}), CIDR: cidr})
			w.AddInstance(lab.Instance{Interfaces: []lab.Interface{{Subnet: subnet, PrivateIP: strings.Replace(cidr, "0/24", "10", 1)}}})
		}
	}, "instances.read", preflight.Unknown, "Only the first 20 of 21 VPCs", "--vpc"},
	"Firewall Manager is there": {func(_ *testing.T, w *world) {
		w.AddRole(lab.Role{Name: "AWSServiceRoleForFMS", Path: "/aws-service-role/fms.amazonaws.com/"})
	}, "undo.firewall-manager", preflight.Yellow, "is not read", "aws fms list-policies"},
}

func allow(action string) string {
	text, _ := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": map[string]any{"Effect": "Allow", "Action": action, "Resource": "*"}})
	return string(text)
}

func TestNobodyHasToSubscribeWhereNewsGoesToSlack(t *testing.T) {
	t.Parallel()
	w := healthy(t)
	w.Stack.Alerts = ""
	if _, checks := w.read(t); preflight.Worst(checks) != preflight.Green {
		t.Errorf("%+v", checks)
	}
}

func TestEachThingThatIsNotWellIsToldWithWhatToDo(t *testing.T) {
	t.Parallel()
	for name, b := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := healthy(t)
			b.how(t, w)
			_, checks := w.read(t)
			told := false
			for _, c := range checks {
				if c.State == preflight.Green {
					continue
				}
				if c.ID != b.id || c.State != b.state || told {
					t.Errorf("%s of %s is %s: %s", c.ID, c.Subject, c.State, c.Found)
					continue
				}
				told = true
				if !strings.Contains(c.Found, b.found) || !strings.Contains(c.Remedy, b.remedy) {
					t.Errorf("found: %s\nremedy: %s\nwant %q and %q", c.Found, c.Remedy, b.found, b.remedy)
				}
			}
			if !told {
				t.Errorf("%s is not %s", b.id, b.state)
			}
		})
	}
}

func TestTheDocumentHasEveryCheck(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/preflight.md")
	if err != nil {
		t.Fatal(err)
	}
	_, checks := healthy(t).read(t)
	ids := []string{"instances.read", "undo.read", preflight.Starts, preflight.Power}
	for _, c := range checks {
		ids = append(ids, c.ID)
	}
	for _, b := range faults {
		ids = append(ids, b.id)
	}
	for _, id := range ids {
		if !strings.Contains(string(page), "\n| `"+id+"` |") {
			t.Errorf("docs/preflight.md does not have the check %s", id)
		}
	}
	slices.Sort(ids)
	if rows := strings.Count(string(page), "\n| `"); rows != len(slices.Compact(ids)) {
		t.Errorf("docs/preflight.md has %d checks, and there are %d", rows, len(slices.Compact(ids)))
	}
}

// What a remedy has people paste, the AWS CLI takes.
func TestTheCommandsOfRemediesAreTheAWSCLIs(t *testing.T) {
	t.Parallel()
	var lines []string
	for _, b := range faults {
		w := healthy(t)
		b.how(t, w)
		_, checks := w.read(t)
		for _, c := range checks {
			lines = append(lines, pasted.Inline(c.Remedy)...)
		}
	}
	var calls [][]string
	for _, words := range pasted.Shell(t, strings.Join(lines, "\n")) {
		if words[0] == "aws" {
			calls = append(calls, words[1:])
		}
	}
	if len(calls) < 10 {
		t.Errorf("only %d commands", len(calls))
	}
	for _, fault := range pasted.Refused(t, t.TempDir(), calls) {
		t.Error(fault)
	}
}

// A read that is denied is never green, and says which action is missing.
func TestWhatMayNotBeReadIsNotKnown(t *testing.T) {
	t.Parallel()
	for operation, action := range map[string]string{
		"ListDetectors": "guardduty:ListDetectors", "GetDetector": "guardduty:GetDetector", "DescribeRule": "events:DescribeRule",
		"ListTargetsByRule": "events:ListTargetsByRule", "TestEventPattern": "events:TestEventPattern", "GetQueueAttributes": "sqs:GetQueueAttributes",
		"ListSubscriptionsByTopic": "sns:ListSubscriptionsByTopic", "DescribeAlarms": "cloudwatch:DescribeAlarms",
		"GetMetricStatistics": "cloudwatch:GetMetricStatistics", "GetServiceQuota": "servicequotas:GetServiceQuota",
		"DescribeInstances": "ec2:DescribeInstances", "DescribeSecurityGroups": "ec2:DescribeSecurityGroups",
		"DescribeNetworkAcls": "ec2:DescribeNetworkAcls", "DescribeNetworkInterfaces": "ec2:DescribeNetworkInterfaces",
		"DescribeAutoScalingGroups": "autoscaling:DescribeAutoScalingGroups", "GetAccountAuthorizationDetails": "iam:GetAccountAuthorizationDetails",
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			w := healthy(t)
			_, before := w.read(t)
			w.Inject(lab.Fault{Operation: operation, Kind: lab.Deny})
			_, checks := w.read(t)
			var lost []string
			for _, c := range checks {
				switch c.State {
				case preflight.Green:
					lost = append(lost, c.ID+c.Subject)
				case preflight.Unknown:
					if !strings.Contains(c.Found, action) || !strings.Contains(c.Remedy, "Allow the action") {
						t.Errorf("%s: %s %s", c.ID, c.Found, c.Remedy)
					}
				default:
					t.Errorf("%s is %s: %s", c.ID, c.State, c.Found)
				}
			}
			if preflight.Worst(checks) != preflight.Unknown || len(lost) >= len(before) {
				t.Errorf("it is %s, with %d green of %d", preflight.Worst(checks), len(lost), len(before))
			}
		})
	}
}

// state is the state of the one check of that kind.
func (w *world) state(t *testing.T, id string) preflight.State {
	t.Helper()
	_, checks := w.read(t)
	at := slices.IndexFunc(checks, func(c preflight.Check) bool { return c.ID == id })
	if at < 0 {
		t.Fatalf("there is no check %s", id)
	}
	return checks[at].State
}

// Which groups have members here only the instances say.
func TestThatNoGroupEndsInstancesIsNotSaidWhereTheyWereNotRead(t *testing.T) {
	t.Parallel()
	w := healthy(t)
	w.AddGroup(lab.ScalingGroup{Name: "web", Instances: []string{w.host}, Checks: "ELB"})
	w.Inject(lab.Fault{Operation: "DescribeInstances", Kind: lab.Deny})
	if got := w.state(t, "groups.health-checks"); got != preflight.Unknown {
		t.Errorf("instances that may not be read: it is %s", got)
	}
}

func TestThatAMeasureIsNotInThePolicyIsNotSaidWhereThatWasNotRead(t *testing.T) {
	t.Parallel()
	w := healthy(t)
	w.AddGroup(lab.ScalingGroup{Name: "web", Instances: []string{w.host}, Subnets: []string{w.subnet}, Checks: "ELB"})
	w.Policy = func(context.Context) (account.Policy, error) {
		return account.Policy{}, quarantine.Failf(quarantine.Throttled, "SSM throttles")
	}
	if got := w.state(t, "groups.health-checks"); got != preflight.Unknown {
		t.Errorf("it is %s", got)
	}
}

// some has more principals than are read.
type some struct{ principals }

type principals = account.Principals

func (s some) Principals(ctx context.Context, at quarantine.Resource) (found []preflight.Principal, all bool, err error) {
	found, _, err = s.principals.Principals(ctx, at)
	return found, false, err
}

// That nobody may undo a cut, and that Firewall Manager is not there, is only said of what was read.
func TestThatNobodyMayUndoACutIsSaidWhereAllPoliciesWereRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		how  func(*world)
		want map[string]preflight.State
	}{
		"there are more than are read": {func(w *world) { w.Principals = some{w.Principals} }, map[string]preflight.State{
			"undo.principals": preflight.Unknown, "undo.instance-roles": preflight.Unknown, "undo.firewall-manager": preflight.Unknown, "undo.read": preflight.Unknown,
		}},
		"a policy is not understood": {func(w *world) { w.SetPolicy("web", "all", `{"Statement":"?"}`) }, map[string]preflight.State{
			"undo.principals": preflight.Unknown, "undo.instance-roles": preflight.Unknown, "undo.firewall-manager": preflight.Green, "undo.read": preflight.Unknown,
		}},
	} {
		w := healthy(t)
		c.how(w)
		for id, want := range c.want {
			if got := w.state(t, id); got != want {
				t.Errorf("%s: %s is %s", name, id, got)
			}
		}
	}
}
