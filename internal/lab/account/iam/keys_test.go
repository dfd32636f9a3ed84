package iam_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
func TestUpdateAccessKey(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	id := a.AddAccessKey("alice")
	update := func(user, id, status string) error {
		in := &iam.UpdateAccessKeyInput{AccessKeyId: &id, Status: types.StatusType(status)}
		if user != "" {
			in.UserName = &user
		}
		_, err := a.IAM().UpdateAccessKey(t.Context(), in)
		return err
	}
	accounttest.NoErr(t, update("alice", id, "Inactive"))
	if got := a.AccessKey(id); got != "Inactive" {
		t.Errorf("it is %s", got)
	}
	accounttest.WantCode(t, update("bob", id, "Active"), "NoSuchEntity")
	accounttest.WantCode(t, update("alice", "AKIAIOSFODNN7EXAMPLE", "Active"), "NoSuchEntity")
	accounttest.WantCode(t, update("alice", id, "Expired"), "ValidationError")
	accounttest.WantUnsupported(t, update("", id, "Active"), "a call about the caller's own keys")
}

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
func TestListAccessKeys(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{PageSize: 1})
	first, second := a.AddAccessKey("alice"), a.AddAccessKey("alice")
	a.AddAccessKey("bob")
	list := func(marker *string) (*iam.ListAccessKeysOutput, error) {
		return a.IAM().ListAccessKeys(t.Context(), &iam.ListAccessKeysInput{UserName: aws.String("alice"), Marker: marker})
	}
	one, err := list(nil)
	accounttest.NoErr(t, err)
	two, err := list(one.Marker)
	accounttest.NoErr(t, err)
	got := map[string]bool{*one.AccessKeyMetadata[0].AccessKeyId: true, *two.AccessKeyMetadata[0].AccessKeyId: true}
	if !one.IsTruncated || two.IsTruncated || !got[first] || !got[second] {
		t.Errorf("the pages are %+v and %+v", one, two)
	}
	_, err = list(aws.String("9"))
	accounttest.WantCode(t, err, "ValidationError")
	a.RenameUser("alice", "carol")
	_, err = list(nil)
	accounttest.WantCode(t, err, "NoSuchEntity")
}

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
func TestGetAccessKeyLastUsed(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	id := a.AddAccessKey("alice")
	owner := func() (*iam.GetAccessKeyLastUsedOutput, error) {
		return a.IAM().GetAccessKeyLastUsed(t.Context(), &iam.GetAccessKeyLastUsedInput{AccessKeyId: &id})
	}
	out, err := owner()
	accounttest.NoErr(t, err)
	if *out.UserName != "alice" || out.AccessKeyLastUsed.LastUsedDate != nil {
		t.Errorf("the answer is %+v", out)
	}
	a.DeleteAccessKey(id)
	_, err = owner()
	accounttest.WantCode(t, err, "AccessDenied")
}

// A stale read shows what stood there before the last change.
func TestAReadOfKeysCanBeStale(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	id := a.AddAccessKey("alice")
	a.Inject(account.Fault{Operation: "ListAccessKeys", Kind: account.Stale, Behind: 1})
	a.SetAccessKey(id, "Inactive")
	out, err := a.IAM().ListAccessKeys(t.Context(), &iam.ListAccessKeysInput{UserName: aws.String("alice")})
	accounttest.NoErr(t, err)
	if got := out.AccessKeyMetadata[0].Status; got != types.StatusTypeActive {
		t.Errorf("it is %s", got)
	}
}
