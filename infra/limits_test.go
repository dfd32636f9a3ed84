package infra_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

func TestNoRoleMayDoMoreThanItMust(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"template.yaml", "demo.yaml"} { // the role that deploys them is another matter
		s := read(t, file)
		for _, f := range slices.Concat(starFaults(s), limitFaults(s)) {
			t.Errorf("%s: %s", file, f)
		}
	}
}

func TestAnUnexplainedStarIsFound(t *testing.T) {
	t.Parallel()
	statement := func(action, resource string) string {
		return "S:\n  - Effect: Allow\n    Action: " + action + "\n    Resource: " + resource + "\n"
	}
	narrow := "!Sub 'arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:vpc/*'"
	bites(t, starFaults, map[string]string{
		statement("ec2:DescribeVpcs", "'*'"):                                "line 4: * is not explained",
		statement("ec2:DescribeVpcs", "'*' # *: there is nothing narrower"): "",
		statement("ec2:DescribeVpcs", "'*' # *:"):                           "line 4: * is not explained",
		statement("ec2:DescribeVpcs", "'*' # whatever"):                     "line 4: * is not explained",
		statement("ec2:DescribeVpcs", "\n      # *: why\n      - '*'"):      "",
		statement("ec2:*", narrow):                                          "line 3: ec2:* is not explained",
		statement("[ec2:CreateVpc, 'ec2:Delete?pc']", narrow):               "line 3: ec2:Delete?pc is not explained",
		statement("ec2:DeleteVpc", narrow):                                  "",
		statement("ec2:DeleteVpc", "!If [C, '*', x]"):                       "line 4: * is not explained",
		statement("ec2:DeleteVpc", "arn:x:ec2:*:*:vpc/a"):                   "line 4: arn:x:ec2:*:*:vpc/a is not explained",
		statement("ec2:DeleteVpc", "arn:x:ec2:r:1:*"):                       "line 4: arn:x:ec2:r:1:* is not explained",
		strings.Replace(statement("sqs:*", "'*'"), "Allow", "Deny", 1):      "",
	})
}

// explained is a comment that says why there is a *.
var explained = regexp.MustCompile(`(?m)^# \*: \S`)

// starFaults finds the wildcards of statements that allow something: in actions
// always; in resources where they take in more than the parts of one kind of
// thing, as vpc/* does.
func starFaults(t *template.Template) (faults []string) {
	for _, s := range t.Scalars() {
		value := fmt.Sprint(s.Value)
		wide := s.Within("Action") && strings.ContainsAny(value, "*?") || s.Within("Resource") && wideResource(value)
		if wide && text(statementOf(t, s.Path), "Effect") == "Allow" && !explained.MatchString(s.Comment) {
			faults = append(faults, fmt.Sprintf("line %d: %s is not explained: write \"# *: \" and why beside it, or on the line above", s.Line, value))
		}
	}
	return faults
}

// statementOf is the innermost mapping with an Effect around a path.
func statementOf(t *template.Template, path []string) (statement any) {
	var v any = t.Body
	for _, key := range path {
		if at(v, "Effect") != nil {
			statement = v
		}
		if list, ok := v.([]any); ok {
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(list) {
				return statement // a function that has no list in its long form
			}
			v = list[i]
			continue
		}
		v = at(v, key)
	}
	return statement
}

// wideResource says that an ARN leaves open more than the name of one kind of
// thing: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func wideResource(value string) bool {
	if !strings.ContainsAny(value, "*?") {
		return false
	}
	value = strings.ReplaceAll(value, "AWS::", "")
	parts := strings.SplitN(value, ":", 6)
	if len(parts) < 6 {
		return !strings.HasPrefix(value, "${") // ${X.Arn}:* is of X alone
	}
	kind, _, _ := strings.Cut(parts[5], "/")
	kind, _, _ = strings.Cut(kind, ":")
	return strings.ContainsAny(strings.Join(parts[:5], "")+kind, "*?")
}

// deletable are the items that a role may delete: the record of a subnet that was
// released, and the token of a decision that was handed over.
var deletable = []string{"HOLD#network-acl#*", "TOKEN#*"}

// never is what nobody here may do: evidence and the record of it are not deleted.
var never = []string{
	"ec2:DeleteSnapshot", "ec2:ModifySnapshotAttribute", "ec2:ResetSnapshotAttribute", "ec2:ModifySnapshotTier", "ec2:UnlockSnapshot",
	"dynamodb:BatchWriteItem", "dynamodb:DeleteTable", "dynamodb:UpdateContinuousBackups",
	"logs:DeleteLogGroup", "logs:DeleteLogStream",
}

const (
	product = "aws:ResourceTag/quarantine:product" // it is one of ours
	made    = "aws:RequestTag/quarantine:product"  // it becomes one of ours
	making  = "ec2:CreateAction"
)

// A limit says what a write to EC2 needs on a kind of resource: one of these
// condition keys. None means that EC2 has none that would help, and why.
type limit struct {
	needs []string
	why   string
}

// limits are all writes to EC2 that there may be:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
var limits = map[string]map[string]limit{
	"ec2:CreateNetworkAcl": {
		"network-acl": {needs: []string{made}},
		"vpc":         {why: "any VPC can hold a compromised instance"},
	},
	"ec2:ReplaceNetworkAclAssociation": {
		"network-acl": {why: "EC2 may authorize the ACL that is taken off, and a release puts back what stood there: either can be any"},
		"subnet":      {why: "any subnet can hold a compromised instance"},
	},
	"ec2:DeleteNetworkAcl": {"network-acl": {needs: []string{product}}},
	"ec2:CreateSecurityGroup": {
		"security-group": {needs: []string{made}},
		"vpc":            {why: "any VPC can hold a compromised instance"},
	},
	"ec2:RevokeSecurityGroupEgress":  {"security-group": {why: "the role gives any interface any groups, which can do more"}},
	"ec2:RevokeSecurityGroupIngress": {"security-group": {why: "the role gives any interface any groups, which can do more"}},
	"ec2:ModifyNetworkInterfaceAttribute": {
		"network-interface": {why: "any interface can be a compromised instance's"},
		"security-group":    {why: "what an interface had before, and is given back, can be any group"},
	},
	"ec2:ModifyInstanceAttribute": {
		"instance": {why: "any instance can be compromised"},
		"volume":   {why: "any instance can be compromised"},
	},
	"ec2:ModifyInstanceMetadataOptions": {"instance": {why: "any instance can be compromised"}},
	"ec2:CreateTags": {
		"security-group": {needs: []string{product, making}},
		"network-acl":    {needs: []string{product, making}},
		"snapshot":       {needs: []string{product, making}},
	},
	"ec2:LockSnapshot": {"snapshot": {needs: []string{product}}},
	"ec2:CreateSnapshots": {
		"snapshot": {needs: []string{made}},
		"instance": {why: "any instance can be compromised"},
		"volume":   {why: "any instance can be compromised"},
	},
}

func isRead(action string) bool {
	_, name, _ := strings.Cut(action, ":")
	return strings.HasPrefix(name, "Describe") || strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "List")
}

// limitFaults looks at every statement of every role.
func limitFaults(t *template.Template) (faults []string) {
	for _, role := range slices.Sorted(maps.Keys(t.Of("AWS::IAM::Role"))) {
		all, _ := grants(t, role) // what cannot be read is told elsewhere
		for _, g := range all {
			for _, f := range g.faults() {
				faults = append(faults, fmt.Sprintf("%s, %s: %s", role, g.sid, f))
			}
		}
	}
	return faults
}

func (g grant) faults() (faults []string) {
	for _, a := range g.actions {
		for _, n := range never {
			if allows(a, n) {
				faults = append(faults, a+" allows "+n)
			}
		}
		if allows(a, "dynamodb:DeleteItem") && (a != "dynamodb:DeleteItem" || !onlyOf(g.keys[leadingKeys], deletable)) {
			faults = append(faults, a+" allows dynamodb:DeleteItem")
		}
		switch service, _, _ := strings.Cut(a, ":"); {
		case service == "ec2" && !isRead(a):
			faults = append(faults, g.ec2Faults(a)...)
		case a == compares:
		case narrow[service] != "" && (!isRead(a) || !slices.Contains(readWhole, service)):
			for _, r := range g.resources {
				if isRead(a) && slices.Contains(readable, r) {
					continue
				}
				if !regexp.MustCompile(narrow[service]).MatchString(r) {
					faults = append(faults, fmt.Sprintf("%s on %s: it is not of this stack alone", a, r))
				}
			}
		}
	}
	return faults
}

// onlyOf tells whether there are limits, and each is one of those.
func onlyOf(limits, of []string) bool {
	return len(limits) > 0 && !slices.ContainsFunc(limits, func(l string) bool { return !slices.Contains(of, l) })
}

// compares is an action that compares the two texts of its request, and reads nothing.
const compares = "events:TestEventPattern"

// readable are things of the stack that a preflight reads, and that no function changes.
var readable = []string{"${FindingsRule.Arn}", "${OperationsTopic}"}

// readWhole are the services that have no resources for their Describe actions.
var readWhole = []string{"autoscaling", "elasticloadbalancing"}

// narrow is what the resources of a service's actions look like.
var narrow = map[string]string{
	// Any group can have a compromised instance.
	"autoscaling": `^arn:\$\{AWS::Partition\}:autoscaling:\$\{AWS::Region\}:\$\{AWS::AccountId\}:autoScalingGroup:\*:autoScalingGroupName/\*$`,
	// An instance can be registered in any.
	"elasticloadbalancing": `^arn:\$\{AWS::Partition\}:elasticloadbalancing:\$\{AWS::Region\}:\$\{AWS::AccountId\}:(targetgroup|loadbalancer)/\*$`,

	"dynamodb": `^\$\{Ledger\.Arn\}(/index/lists)?$`,
	// The bus that every account has, and the rule by which Step Functions learns of the end of executions.
	"events": `^arn:\$\{AWS::Partition\}:events:\$\{AWS::Region\}:\$\{AWS::AccountId\}:(event-bus/default|rule/StepFunctions\w+)$`,
	"sns":    `^\$\{AlertsTopic\}$`,
	"lambda": `^\$\{\w+Function\.Arn\}(:\*)?$`,
	"ssm":    `^arn:\$\{AWS::Partition\}:ssm:\$\{AWS::Region\}:\$\{AWS::AccountId\}:parameter/?\$\{\w+Parameter\}$`,
	"states": `^\$\{\w+StateMachine(\.Arn)?\}$|^arn:\S+:(stateMachine|execution):\$\{(AWS::StackName|\w+StateMachine\.Name)\}(-\w+)?(:\*)?$`,
	"sqs":    `^\$\{\w+DeadLetterQueue\.Arn\}$`,
}

func (g grant) ec2Faults(action string) (faults []string) {
	if limits[action] == nil {
		return []string{action + " is a write to EC2 whose limits these tests do not know"}
	}
	for _, r := range g.resources {
		kind := r[strings.LastIndex(r, ":")+1:]
		kind, _, _ = strings.Cut(kind, "/")
		l, ok := limits[action][kind]
		if !ok {
			faults = append(faults, fmt.Sprintf("%s on %s: name the kinds of resources that it is for", action, r))
			continue
		}
		limited := slices.ContainsFunc(l.needs, func(key string) bool { return len(g.keys[key]) > 0 && !slices.Contains(g.keys[key], "*") })
		if len(l.needs) > 0 && !limited {
			faults = append(faults, fmt.Sprintf("%s on every %s: limit it by %s", action, kind, strings.Join(l.needs, " or ")))
		}
	}
	return faults
}

func TestAPermissionThatIsTooWideIsFound(t *testing.T) {
	t.Parallel()
	role := func(id, statement string) string {
		return "Resources: {" + id + ": {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: [{Sid: S, Effect: Allow, " + statement + "}]}}]}}}"
	}
	acl := "Resource: 'arn:p:ec2:r:a:network-acl/*'"
	bites(t, limitFaults, map[string]string{
		role("R", "Action: dynamodb:PutItem, Resource: !GetAtt Ledger.Arn"):                                                                                            "",
		role("R", "Action: dynamodb:PutItem, Resource: 'arn:p:dynamodb:r:a:table/*'"):                                                                                  "not of this stack alone",
		role("R", "Action: dynamodb:PutItem, Resource: !GetAtt Other.Arn"):                                                                                             "not of this stack alone",
		role("R", "Action: 'dynamodb:*', Resource: !GetAtt Ledger.Arn"):                                                                                                "allows dynamodb:DeleteItem",
		role("R", "Action: dynamodb:DeleteItem, Resource: !GetAtt Ledger.Arn"):                                                                                         "allows dynamodb:DeleteItem",
		role("R", "Action: dynamodb:DeleteItem, Resource: !GetAtt Ledger.Arn, Condition: {ForAllValues:StringLike: {'dynamodb:LeadingKeys': ['HOLD#network-acl#*']}}"): "",
		role("R", "Action: dynamodb:DeleteItem, Resource: !GetAtt Ledger.Arn, Condition: {ForAllValues:StringLike: {'dynamodb:LeadingKeys': ['EVIDENCE#*']}}"):         "allows dynamodb:DeleteItem",
		role("R", "Action: ec2:DeleteSnapshot, Resource: x"):                                                                                                           "allows ec2:DeleteSnapshot",
		role("R", "Action: 'ec2:Modify*', Resource: x"):                                                                                                                "allows ec2:ModifySnapshotAttribute",
		role("R", "Action: ec2:RunInstances, Resource: x"):                                                                                                             "do not know",
		role("R", "Action: autoscaling:DescribeAutoScalingInstances, Resource: '*'"):                                                                                   "",
		role("R", "Action: autoscaling:EnterStandby, Resource: '*'"):                                                                                                   "not of this stack alone",
		role("R", "Action: elasticloadbalancing:DescribeTargetGroups, Resource: '*'"):                                                                                  "",
		role("R", "Action: elasticloadbalancing:DeregisterTargets, Resource: '*'"):                                                                                     "not of this stack alone",
		role("R", "Action: ec2:DescribeVolumes, Resource: '*'"):                                                                                                        "",
		role("R", "Action: ec2:DeleteNetworkAcl, Resource: '*'"):                                                                                                       "name the kinds",
		role("R", "Action: ec2:DeleteNetworkAcl, "+acl):                                                                                                                "limit it by " + product,
		role("R", "Action: ec2:DeleteNetworkAcl, "+acl+", Condition: {StringEquals: {'"+product+"': x}}"):                                                              "",
		role("R", "Action: ec2:DeleteNetworkAcl, "+acl+", Condition: {StringLike: {'"+product+"': '*'}}"):                                                              "limit it by",
		role("R", "Action: ec2:DeleteNetworkAcl, "+acl+", Condition: {StringEqualsIfExists: {'"+product+"': x}}"):                                                      "limit it by",
		role("R", "Action: ec2:ReplaceNetworkAclAssociation, "+acl):                                                                                                    "",
		role("R", "Action: ec2:ReplaceNetworkAclAssociation, Resource: 'arn:p:ec2:r:a:vpc/*'"):                                                                         "name the kinds",
		role("R", "Action: lambda:InvokeFunction, Resource: !GetAtt F.Arn"):                                                                                            "not of this stack alone",
		role("R", "Action: sns:Publish, Resource: !Ref OperationsTopic"):                                                                                               "not of this stack alone",
		role("R", "Action: sns:ListSubscriptionsByTopic, Resource: !Ref OperationsTopic"):                                                                              "",
		role("R", "Action: events:PutTargets, Resource: !GetAtt FindingsRule.Arn"):                                                                                     "not of this stack alone",
		role("R", "Action: events:DescribeRule, Resource: !GetAtt FindingsRule.Arn"):                                                                                   "",
		role("R", "Action: ssm:GetParameter, Resource: 'arn:p:ssm:r:a:parameter/*'"):                                                                                   "not of this stack alone",
	})
}

func TestAnActionIsAllowedByItsPattern(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]bool{
		"ec2:DeleteSnapshot": true, "ec2:deletesnapshot": true, "ec2:*": true, "*": true, "ec2:Delete*": true, "ec2:*Snap*shot": true,
		"ec2:DeleteSnapshots": false, "ec2:Create*": false, "s3:*": false, "ec2:*Tags": false,
	} {
		if got := allows(pattern, "ec2:DeleteSnapshot"); got != want {
			t.Errorf("%s allows ec2:DeleteSnapshot: %t", pattern, got)
		}
	}
}
