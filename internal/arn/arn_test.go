package arn_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/arn"
)

func TestAnARNOfAnyPartitionIsTakenApart(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]arn.ARN{
		"arn:aws:ec2:eu-west-1:111122223333:instance/i-1": {"aws", "ec2", "eu-west-1", "111122223333", "instance/i-1"},
		"arn:aws-cn:s3:::bucket/key:with:colons":          {"aws-cn", "s3", "", "", "bucket/key:with:colons"},
		"arn:aws-us-gov:iam::111122223333:role/x":         {"aws-us-gov", "iam", "", "111122223333", "role/x"},
		"arn:aws-eusc:sns:eusc-de-east-1:1:topic":         {"aws-eusc", "sns", "eusc-de-east-1", "1", "topic"},
		"arn:aws-iso-b:ssm:us-isob-east-1:1:parameter/x":  {"aws-iso-b", "ssm", "us-isob-east-1", "1", "parameter/x"},
	} {
		if got, ok := arn.Parse(s); !ok || got != want {
			t.Errorf("%s: %+v %t, want %+v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "arn", "arn:aws:ec2:r:a", "arn:aws:ec2:r:a:", "arn::ec2:r:a:x", "arn:aws::r:a:x", "arn:other:ec2:r:a:x",
		"urn:aws:ec2:r:a:x", "arn:aws-:ec2:r:a:x", "arn:aws-CN:ec2:r:a:x", "arn:awsome:ec2:r:a:x"} {
		if got, ok := arn.Parse(s); ok || got != (arn.ARN{}) {
			t.Errorf("%q is taken for %+v", s, got)
		}
	}
}

func TestAnExecutionsARNIsTakenApart(t *testing.T) {
	t.Parallel()
	const region, account = "us-gov-west-1", "111122223333"
	for s, want := range map[string]arn.Execution{
		"arn:aws-us-gov:states:us-gov-west-1:111122223333:execution:quarantine:run-1": {"aws-us-gov", region, account, "quarantine", "run-1"},
		// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-alias.html
		"arn:aws-us-gov:states:us-gov-west-1:111122223333:execution:quarantine:PROD:run-1": {"aws-us-gov", region, account, "quarantine", "PROD:run-1"},
	} {
		got, ok := arn.ParseExecution(s)
		if !ok || got != want || got.String() != s {
			t.Errorf("%s: %+v %t, want %+v", s, got, ok, want)
		}
		if machine := "arn:aws-us-gov:states:us-gov-west-1:111122223333:stateMachine:quarantine"; got.StateMachine() != machine {
			t.Errorf("its machine is %s, want %s", got.StateMachine(), machine)
		}
	}
	for _, s := range []string{"", "run-1", "arn:aws:states:r:a:execution:quarantine", "arn:aws:states:r:a:stateMachine:quarantine:run-1",
		"arn:aws:lambda:r:a:execution:quarantine:run-1", "execution:quarantine:run-1"} {
		if got, ok := arn.ParseExecution(s); ok || got != (arn.Execution{}) {
			t.Errorf("%q is taken for %+v", s, got)
		}
	}
}

func TestAPartitionIsToldByTheRegion(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"eu-west-1": "aws", "us-east-1": "aws", "cn-north-1": "aws-cn", "us-gov-east-1": "aws-us-gov", "eusc-de-east-1": "aws-eusc",
		"us-iso-east-1": "aws-iso", "us-isob-west-1": "aws-iso-b", "eu-isoe-west-1": "aws-iso-e", "us-isof-south-1": "aws-iso-f", "": "aws",
	} {
		if got := arn.PartitionOf(region); got != want {
			t.Errorf("%s is in %s, want %s", region, got, want)
		}
		if !arn.IsPartition(want) {
			t.Errorf("%s is no partition", want)
		}
	}
}

func FuzzParseARN(f *testing.F) {
	for _, s := range []string{"arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "arn:aws-iso-e:states:eu-isoe-west-1:1:execution:m:n:o", "arn:aws:s3:::b", ":::::", "arn:aws-:x:::y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, ok := arn.Parse(s)
		if ok && (a.String() != s || !strings.HasPrefix(s, "arn:"+a.Partition+":"+a.Service+":")) {
			t.Errorf("%q is put together again as %q", s, a)
		}
		e, isExecution := arn.ParseExecution(s)
		if isExecution && (e.String() != s || e.Partition != a.Partition || !ok) {
			t.Errorf("%q is put together again as %q", s, e)
		}
		if machine, is := arn.Parse(e.StateMachine()); isExecution && (!is || machine.Account != a.Account) {
			t.Errorf("the machine of %q is %q", s, e.StateMachine())
		}
	})
}
