package infra_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/lab/iamengine"
)

// What a policy says of an action that does not exist, or by a key or an ARN that the action does not
// know, IAM takes without a word, and it never holds.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func TestEveryActionConditionKeyAndARNExists(t *testing.T) {
	t.Parallel()
	for file, s := range templates(t) {
		statements := statementsOf(s)
		if len(statements) == 0 && file == "template.yaml" {
			t.Errorf("%s has no statement", file)
		}
		var names []string
		for _, one := range statements {
			names = append(names, one.actions...)
		}
		slices.Sort(names)
		known, global := iamengine.Described(t, slices.Compact(names))
		for _, fault := range authorizationFaults(statements, known, global) {
			t.Errorf("%s: %s", file, fault)
		}
	}
}

// policyStatement is one of a policy, wherever it stands in a template.
type policyStatement struct {
	sid       string
	actions   []string
	resources []string // as ARNs; none of a role's trust policy
	keys      []string
}

// statementsOf are all of a template, by their resource.
func statementsOf(s *template.Template) (all []policyStatement) {
	resources := s.Resources()
	var visit func(id string, v any)
	visit = func(id string, v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				visit(id, e)
			}
		case map[string]any:
			if v["Effect"] == nil || v["Action"] == nil {
				for _, key := range slices.Sorted(maps.Keys(v)) {
					visit(id, v[key])
				}
				return
			}
			one := policyStatement{sid: id + " " + fmt.Sprint(v["Sid"]), actions: texts(v["Action"])}
			for _, r := range texts(v["Resource"]) {
				one.resources = append(one.resources, asARN(resources, r))
			}
			for _, tests := range template.Map(v["Condition"]) {
				one.keys = append(one.keys, slices.Collect(maps.Keys(template.Map(tests)))...)
			}
			all = append(all, one)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		visit(id, resources[id].Properties)
	}
	return all
}

// arnOf is what the ARN of a resource looks like, which the template takes from CloudFormation.
var arnOf = map[string]string{
	"AWS::DynamoDB::Table":          "dynamodb:r:1:table/x",
	"AWS::Serverless::Function":     "lambda:r:1:function:x",
	"AWS::Serverless::StateMachine": "states:r:1:stateMachine:x",
	"AWS::Logs::LogGroup":           "logs:r:1:log-group:x:*", // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-logs-loggroup.html
	"AWS::SNS::Topic":               "sns:r:1:x",
	"AWS::SQS::Queue":               "sqs:r:1:x",
	"AWS::IAM::Role":                "iam::1:role/x",
	"AWS::Events::Rule":             "events:r:1:rule/x",
	"AWS::S3::Bucket":               "s3:::x",
}

var reference = regexp.MustCompile(`\$\{([^}]+)\}`)

// beside are forms that an action is judged by, too, although the reference does not say so.
var beside = map[string]string{
	// The machine whose task waits, as CDK's authors found: https://github.com/aws/aws-cdk/pull/8486
	"states:SendTaskSuccess": "arn:*:states:*:*:stateMachine:*",
	// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-overview.html
	"cloudformation:CreateChangeSet": "arn:*:cloudformation:*:aws:transform/*",
}

// ofProvider begins the condition keys of GitHub's tokens, which are no service's:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
const ofProvider = "token.actions.githubusercontent.com:"

// asARN puts ARNs in the place of references to resources, and something in that of the rest.
func asARN(resources map[string]template.Resource, text string) string {
	return reference.ReplaceAllStringFunc(text, func(of string) string {
		id, attribute, _ := strings.Cut(strings.Trim(of, "${}"), ".")
		r, ours := resources[id]
		form := arnOf[r.Type]
		switch {
		case strings.HasSuffix(id, "Parameter"): // the name of one of the Parameter Store
			return "/x"
		case strings.HasSuffix(id, "Path"):
			return "/x/"
		case !ours:
			return "x"
		case form != "" && (attribute == "Arn" || r.Type == "AWS::SNS::Topic" || r.Type == "AWS::Serverless::StateMachine"):
			return "arn:aws:" + form
		default:
			return "x"
		}
	})
}

// authorizationFaults compares statements with AWS's reference. A statement
// with * in an action is for whatever its service has.
func authorizationFaults(statements []policyStatement, known map[string]*iamengine.Action, global []string) (faults []string) {
	for _, s := range statements {
		fault := func(format string, of ...any) { faults = append(faults, s.sid+": "+fmt.Sprintf(format, of...)) }
		keys, wild := slices.Clone(global), false
		fitted := map[string]bool{}
		for _, name := range s.actions {
			a := known[name]
			switch {
			case strings.Contains(name, "*"):
				wild = true
				continue
			case a == nil || a.Name != name:
				fault("there is no action %s", name)
				continue
			}
			keys = append(keys, a.Keys...)
			forms, fits := append(slices.Clone(a.Resources), beside[name]), false
			for _, r := range s.resources {
				if r == "*" || slices.ContainsFunc(forms, func(form string) bool { return fitsForm(r, form) }) {
					fitted[r], fits = true, true
				}
			}
			if len(s.resources) > 0 && !fits {
				fault("%s is for %v, and none of %v is one", name, a.Resources, s.resources)
			}
		}
		for _, r := range s.resources {
			if !wild && !fitted[r] {
				fault("none of its actions is for %s", r)
			}
		}
		for _, key := range s.keys {
			if !wild && !strings.HasPrefix(key, ofProvider) && !slices.ContainsFunc(keys, func(form string) bool { return sameKey(key, form) }) {
				fault("none of its actions has the condition key %s", key)
			}
		}
	}
	return faults
}

func TestWhatAWSDoesNotKnowIsFound(t *testing.T) {
	t.Parallel()
	get := &iamengine.Action{Name: "dynamodb:GetItem", Resources: []string{"arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}"}, Keys: []string{"dynamodb:LeadingKeys", "aws:ResourceTag/${TagKey}"}}
	known := map[string]*iamengine.Action{"dynamodb:GetItem": get, "dynamodb:getItem": get}
	const table = "arn:aws:dynamodb:r:1:table/x"
	for _, c := range []struct {
		of   policyStatement
		says string
	}{
		{policyStatement{actions: []string{"dynamodb:GetItem"}, resources: []string{table}, keys: []string{"dynamodb:LeadingKeys", "aws:ResourceTag/team", "aws:SecureTransport"}}, ""},
		{policyStatement{actions: []string{"dynamodb:GetItem"}, resources: []string{"*"}}, ""},
		{policyStatement{actions: []string{"sts:AssumeRole"}}, "there is no action sts:AssumeRole"},
		{policyStatement{actions: []string{"dynamodb:getItem"}, resources: []string{table}}, "there is no action dynamodb:getItem"},
		{policyStatement{actions: []string{"dynamodb:GetItem"}, resources: []string{"arn:aws:dynamodb:r:1:index/x"}}, "is for"},
		{policyStatement{actions: []string{"dynamodb:GetItem"}, resources: []string{table, "arn:aws:s3:::x"}}, "none of its actions is for arn:aws:s3:::x"},
		{policyStatement{actions: []string{"dynamodb:GetItem"}, resources: []string{table}, keys: []string{"ec2:CreateAction"}}, "has the condition key ec2:CreateAction"},
	} {
		got := strings.Join(authorizationFaults([]policyStatement{c.of}, known, []string{"aws:SecureTransport"}), "\n")
		if (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%+v: %q, want %q", c.of, got, c.says)
		}
	}
}

// fitsForm tells whether some ARN is of both the pattern of a policy and the form of a type.
func fitsForm(pattern, form string) bool {
	p, f := strings.SplitN(pattern, ":", 6), strings.SplitN(form, ":", 6)
	if len(p) < 6 || len(f) < 6 {
		return false
	}
	for n := range p {
		if !overlaps(p[n], reference.ReplaceAllString(f[n], "*")) {
			return false
		}
	}
	return true
}

// overlaps tells whether some text is of both patterns, in which * stands for any text.
func overlaps(a, b string) bool {
	switch {
	case a == "" && b == "":
		return true
	case a != "" && a[0] == '*':
		return overlaps(a[1:], b) || b != "" && overlaps(a, b[1:])
	case b != "" && b[0] == '*':
		return overlaps(b[1:], a) || a != "" && overlaps(b, a[1:])
	default:
		return a != "" && b != "" && (a[0] == b[0] || a[0] == '?') && overlaps(a[1:], b[1:])
	}
}

// sameKey compares a key with one of the reference, in which ${TagKey} or tag-key stands for any. Keys
// are compared without regard to case.
func sameKey(key, form string) bool {
	form = strings.ReplaceAll(reference.ReplaceAllString(form, "*"), "/tag-key", "/*")
	return overlaps(strings.ToLower(key), strings.ToLower(form))
}
