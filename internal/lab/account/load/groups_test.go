package load_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

func TestTheGroupsAndProfilesOfADescriptionAreThoseOfTheAccount(t *testing.T) {
	t.Parallel()
	text := strings.Replace(described, "{", `{
		"AutoScalingGroups": [{"AutoScalingGroupName": "web", "MinSize": 1, "MaxSize": 2, "DesiredCapacity": 1, "VPCZoneIdentifier": "subnet-0a,subnet-0b", "CreatedTime": "2026-01-01T00:00:00Z", "Instances": [
			{"InstanceId": "`+web+`", "LifecycleState": "Standby"}, {"InstanceId": "i-0ccccccccccccccc0", "LifecycleState": "InService"}]}],
		"InstanceProfiles": [{"InstanceProfileName": "web", "Path": "/", "Roles": [{"RoleName": "web-role", "Path": "/team/", "RoleId": "AROA"}]},
			{"InstanceProfileName": "empty", "Roles": []}],`, 1)
	a, err := account.LoadJSON(strings.NewReader(text), account.Options{})
	accounttest.NoErr(t, err)
	if ids, desired := a.Members("web"); len(ids) != 2 || desired != 1 {
		t.Errorf("the group wants %d and has %v", desired, ids)
	}
	if got := a.Attributes()[web]["state in web"]; got != "Standby" {
		t.Errorf("the instance is %s", got)
	}
	groups, err := a.AutoScaling().DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{})
	accounttest.NoErr(t, err)
	if got := aws.ToString(groups.AutoScalingGroups[0].VPCZoneIdentifier); len(groups.AutoScalingGroups) != 1 || got != "subnet-0a,subnet-0b" {
		t.Errorf("the group launches into %s", got)
	}
	for name, want := range map[string]string{"web": "/team/web-role", "empty": ""} {
		out, err := a.IAM().GetInstanceProfile(t.Context(), &iam.GetInstanceProfileInput{InstanceProfileName: aws.String(name)})
		accounttest.NoErr(t, err)
		got := ""
		for _, r := range out.InstanceProfile.Roles {
			got = *r.Path + *r.RoleName
		}
		if got != want {
			t.Errorf("profile %s is for %q, want %q", name, got, want)
		}
	}
}

func TestAGroupOrProfileThatLacksSomethingIsRefused(t *testing.T) {
	t.Parallel()
	text := strings.Replace(described, "{", `{
		"AutoScalingGroups": [{"AutoScalingGroupName": "web"}, {"AutoScalingGroupName": "app", "MaxSize": 2, "DesiredCapacity": 1, "Instances": [{"InstanceId": "i-1"}]},
			{"AutoScalingGroupName": "app", "MaxSize": 2, "DesiredCapacity": 1}],
		"InstanceProfiles": [{"Roles": []}, {"InstanceProfileName": "two", "Roles": [{}, {}]}],`, 1)
	_, err := account.LoadJSON(strings.NewReader(text), account.Options{})
	for _, want := range []string{
		"Auto Scaling group number 1: it needs", "group app: an instance needs", "group app is described twice", "profile number 1: it needs", "profile two has 2 roles",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}
