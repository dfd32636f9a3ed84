package infra_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/lab/iamengine"
)

const (
	anAccount  = "123456789012"
	aProtected = "/break-glass/"
)

// deployed writes a policy document as CloudFormation would, of a stack that is named quarantine: what
// is conditional is there.
func deployed(t *testing.T, roles map[string]template.Resource, document any) json.RawMessage {
	t.Helper()
	names := []string{"${AWS::Partition}", "aws", "${AWS::AccountId}", anAccount, "${AWS::Region}", "eu-west-1",
		"${AWS::StackName}", "quarantine", "${ProtectedRolePath}", aProtected}
	for id := range roles {
		names = append(names, "${"+id+".Arn}", roleARN(id))
	}
	fill := strings.NewReplacer(names...)
	texts := func(v any) (out []string) {
		for _, one := range template.List(v) {
			out = append(out, fill.Replace(template.Text(one)))
		}
		return out
	}
	var statements []map[string]any
	for _, s := range template.List(template.Map(document)["Statement"]) {
		statement := template.Map(s)
		out := map[string]any{"Effect": statement["Effect"], "Action": texts(statement["Action"]), "Resource": texts(statement["Resource"])}
		if conditions := statement["Condition"]; conditions != nil {
			out["Condition"] = conditions
		}
		statements = append(statements, out)
	}
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func roleARN(id string) string {
	return "arn:aws:iam::" + anAccount + ":role/quarantine-" + id + "-1ABCDEFGHIJK2"
}

// The function that changes policies of roles and users, and keys, has a power that is as good as an
// administrator's. IAM itself denies it this stack's roles, so that it cannot give itself or another
// function anything, and what the deployment protects by a path.
func TestIAMItselfLimitsThePowerOverIdentities(t *testing.T) {
	t.Parallel()
	s := stack(t)
	const id = "MeasuresIdentityFunctionRole"
	roles := s.Of("AWS::IAM::Role")
	var granted []json.RawMessage
	for _, document := range policies(s, id) {
		granted = append(granted, deployed(t, roles, document))
	}
	const implicitly = "ImplicitlyDenied"
	type asked struct{ action, resource, want string }
	role, user := "arn:aws:iam::"+anAccount+":role", "arn:aws:iam::"+anAccount+":user"
	cases := []asked{
		{"iam:PutRolePolicy", role + "/web", iamengine.Allowed},
		{"iam:DeleteRolePolicy", role + "/team/web", iamengine.Allowed},
		{"iam:PutRolePolicy", role + aProtected + "admin", iamengine.Denied},
		{"iam:DeleteRolePolicy", role + aProtected + "deploy/pipeline", iamengine.Denied},
		{"iam:UpdateAccessKey", user + "/alice", iamengine.Allowed},
		{"iam:PutUserPolicy", user + "/alice", iamengine.Allowed},
		{"iam:UpdateAccessKey", user + aProtected + "root-of-last-resort", iamengine.Denied},
		{"iam:PutUserPolicy", user + aProtected + "root-of-last-resort", iamengine.Denied},
		{"iam:DeleteUserPolicy", user + aProtected + "root-of-last-resort", iamengine.Denied},
		{"iam:AttachRolePolicy", role + "/web", implicitly},
		{"iam:UpdateAssumeRolePolicy", role + "/web", implicitly},
		{"iam:PassRole", role + "/web", implicitly},
		{"iam:CreateAccessKey", user + "/alice", implicitly},
		{"iam:DeleteAccessKey", user + "/alice", implicitly},
		{"iam:AttachUserPolicy", user + "/alice", implicitly},
		{"iam:CreateLoginProfile", user + "/alice", implicitly},
		{"sts:AssumeRole", role + "/web", implicitly},
		{"ec2:TerminateInstances", "arn:aws:ec2:eu-west-1:" + anAccount + ":instance/i-0123456789abcdef0", implicitly},
	}
	for _, own := range slices.Sorted(maps.Keys(roles)) {
		cases = append(cases, asked{"iam:PutRolePolicy", roleARN(own), iamengine.Denied}, asked{"iam:DeleteRolePolicy", roleARN(own), iamengine.Denied})
	}
	var requests []iamengine.Request
	for _, c := range cases {
		requests = append(requests, iamengine.Request{
			Principal: "arn:aws:sts::" + anAccount + ":assumed-role/quarantine-" + id + "-1ABCDEFGHIJK2/function",
			Action:    c.action, Resource: c.resource, Account: anAccount, Context: map[string]any{}, Policies: granted,
		})
	}
	for n, got := range iamengine.Judged(t, requests) {
		if c := cases[n]; got != c.want {
			t.Errorf("%s on %s is %s, want %s", c.action, c.resource, got, c.want)
		}
	}
}
