package infra_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/lab/iamengine"
)

const (
	anAccount  = "123456789012"
	aProtected = "/break-glass/"
)

// deployed are the policies of a role of a stack that is named quarantine.
func deployed(t *testing.T, s *template.Template, role string) (documents []json.RawMessage) {
	t.Helper()
	values := map[string]string{"AWS::Partition": "aws", "AWS::AccountId": anAccount, "AWS::Region": "eu-west-1",
		"AWS::StackName": "quarantine", "ProtectedRolePath": aProtected}
	for id := range s.Of("AWS::IAM::Role") {
		values[id+".Arn"] = roleARN(id)
	}
	for _, document := range s.Policies(role) {
		text, err := template.Deployed(document, values)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, text)
	}
	return documents
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
	granted := deployed(t, s, id)
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
