package layout_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
)

// statements are those of a policy document.
func statements(document any) (all []map[string]any) {
	for _, s := range template.List(template.Map(document)["Statement"]) {
		all = append(all, template.Map(s))
	}
	return all
}

// parsed reads a template.
func parsed(t *testing.T, name string) *template.Template {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := template.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// deployment are the roles of infra/github-oidc.yaml, by logical id.
func deployment(t *testing.T) map[string]template.Resource {
	t.Helper()
	return parsed(t, "infra/github-oidc.yaml").Of("AWS::IAM::Role")
}

// A wildcard in the subject, or a missing audience, lets other repositories,
// branches or pull requests in.
func TestGitHubDeploysFromOneEnvironmentOfOneRepository(t *testing.T) {
	t.Parallel()
	trust := statements(deployment(t)["DeployRole"].Properties["AssumeRolePolicyDocument"])
	if len(trust) != 1 || trust[0]["Action"] != "sts:AssumeRoleWithWebIdentity" {
		t.Fatalf("got %v", trust)
	}
	conditions := template.Map(trust[0]["Condition"])
	equals := template.Map(conditions["StringEquals"])
	const issuer = "token.actions.githubusercontent.com:"
	if len(conditions) != 1 || len(equals) != 2 || equals[issuer+"aud"] != "sts.amazonaws.com" ||
		template.Text(equals[issuer+"sub"]) != "repo:${Repository}:environment:${GitHubEnvironment}" {
		t.Errorf("GitHub is trusted under %v", conditions)
	}
}

func TestTheRolesOfADeploymentCannotChangeThemselves(t *testing.T) {
	t.Parallel()
	roles := deployment(t)
	for _, id := range []string{"DeployRole", "ExecutionRole"} {
		if path := roles[id].Properties["Path"]; path != "/deployment/" {
			t.Errorf("%s has the path %v: without one of its own, ExecutionRole may change it when its stack's name begins like the other's", id, path)
		}
	}
	for id, role := range roles {
		for _, policy := range template.List(role.Properties["Policies"]) {
			for _, s := range statements(template.Map(policy)["PolicyDocument"]) {
				checkReach(t, id, s)
			}
		}
	}
}

// checkReach lets "*" stand only for actions that have nothing narrower, and
// roles only be written that are named like the stack's.
func checkReach(t *testing.T, id string, s map[string]any) {
	t.Helper()
	where := fmt.Sprintf("%s, %v", id, s["Sid"])
	actions := template.List(s["Action"])
	for _, resource := range template.List(s["Resource"]) {
		to := template.Text(resource)
		for _, a := range actions {
			service, _, _ := strings.Cut(template.Text(a), ":")
			if to == "*" && !slices.Contains([]string{"logs", "kms", "guardduty"}, service) {
				t.Errorf("%s: %v on every resource", where, a)
			}
			if to == "*" && strings.HasSuffix(template.Text(a), "*") {
				t.Errorf("%s: everything on everything", where)
			}
			if service == "iam" && !strings.Contains(to, "role/${Stack}-") && !strings.Contains(to, "role/aws-service-role/guardduty") && to != "${ExecutionRole.Arn}" {
				t.Errorf("%s: %v on %s", where, a, to)
			}
		}
	}
}

// One stack's deployment must not replace the packages of another: CloudFormation
// would run them with the other's rights.
func TestADeploymentReachesTheBucketOfItsStackOnly(t *testing.T) {
	t.Parallel()
	buckets := 0
	for id, role := range deployment(t) {
		for _, policy := range template.List(role.Properties["Policies"]) {
			for _, s := range statements(template.Map(policy)["PolicyDocument"]) {
				for _, resource := range template.List(s["Resource"]) {
					to := template.Text(resource)
					if !strings.Contains(to, ":s3:::") {
						continue
					}
					buckets++
					if name := strings.TrimSuffix(to, "/*"); !strings.HasSuffix(name, ":quarantine-artifacts-${AWS::AccountId}-*-${BucketHash}") {
						t.Errorf("%s, %v reaches %s", id, s["Sid"], to)
					}
				}
			}
		}
	}
	if buckets == 0 {
		t.Error("no role reaches a bucket: this test has nothing to look at")
	}
}

// The Taskfile names the bucket by the same hash of the stack's name, and
// docs/deploy.md writes it out for a deployment from a release.
func TestTheBucketsHashIsThatOfTheStacksName(t *testing.T) {
	t.Parallel()
	file := parsed(t, "infra/github-oidc.yaml")
	defaultOf := func(name string) string {
		return template.Text(template.Map(template.Map(file.Body["Parameters"])[name])["Default"])
	}
	want := fmt.Sprintf("%x", sha256.Sum256([]byte(defaultOf("Stack"))))[:12]
	if got := defaultOf("BucketHash"); got != want {
		t.Errorf("BucketHash is %s by default, want %s", got, want)
	}
	for file, part := range map[string]string{
		"Taskfile.yml":           "-{{.STACK | sha256sum | trunc 12}}'",
		"docs/deploy.md":         "-$AWS_REGION-" + want,
		"infra/github-oidc.yaml": "!Not [!Equals [!Ref BucketHash, " + want + "]]",
	} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(content), part) {
			t.Errorf("%s does not have %s", file, part)
		}
	}
}

// servicesOf are the IAM prefixes of what a template can hold.
var servicesOf = map[string]string{
	"AWS::CloudWatch": "cloudwatch", "AWS::DynamoDB": "dynamodb", "AWS::Events": "events", "AWS::GuardDuty": "guardduty", "AWS::IAM": "iam",
	"AWS::KMS": "kms", "AWS::Lambda": "lambda", "AWS::Logs": "logs", "AWS::Scheduler": "scheduler", "AWS::SNS": "sns", "AWS::SQS": "sqs",
	"AWS::Serverless::Function": "lambda", "AWS::Serverless::StateMachine": "states",
}

func TestCloudFormationMayMakeEverythingThatTheTemplateHolds(t *testing.T) {
	t.Parallel()
	may := map[string]bool{}
	for _, policy := range template.List(deployment(t)["ExecutionRole"].Properties["Policies"]) {
		for _, s := range statements(template.Map(policy)["PolicyDocument"]) {
			for _, a := range template.List(s["Action"]) {
				service, _, _ := strings.Cut(template.Text(a), ":")
				may[service] = true
			}
		}
	}
	stack := parsed(t, "infra/template.yaml")
	for id, r := range stack.Resources() {
		service := servicesOf[r.Type]
		if service == "" {
			service = servicesOf[r.Type[:strings.LastIndex(r.Type, "::")]]
		}
		if !may[service] {
			t.Errorf("%s is an %s, and ExecutionRole of infra/github-oidc.yaml may do nothing with %q", id, r.Type, service)
		}
	}
}

// A role is given to a service with a permission that names the service.
func TestCloudFormationMayGiveEveryRoleToItsService(t *testing.T) {
	t.Parallel()
	var given []string
	for _, policy := range template.List(deployment(t)["ExecutionRole"].Properties["Policies"]) {
		for _, s := range statements(template.Map(policy)["PolicyDocument"]) {
			passed := template.Map(template.Map(s["Condition"])["StringEquals"])["iam:PassedToService"]
			for _, service := range template.List(passed) {
				given = append(given, template.Text(service))
			}
		}
	}
	for id, r := range parsed(t, "infra/template.yaml").Of("AWS::IAM::Role") {
		for _, s := range statements(r.Properties["AssumeRolePolicyDocument"]) {
			if service := template.Text(template.Map(s["Principal"])["Service"]); !slices.Contains(given, service) {
				t.Errorf("%s is for %s, and ExecutionRole of infra/github-oidc.yaml may give roles to %v alone", id, service, given)
			}
		}
	}
}
