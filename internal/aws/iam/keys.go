package iam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// KeysAPI has the operations that read and change access keys of users.
type KeysAPI interface {
	GetAccessKeyLastUsed(context.Context, *awsiam.GetAccessKeyLastUsedInput, ...func(*awsiam.Options)) (*awsiam.GetAccessKeyLastUsedOutput, error)
	ListAccessKeys(context.Context, *awsiam.ListAccessKeysInput, ...func(*awsiam.Options)) (*awsiam.ListAccessKeysOutput, error)
	UpdateAccessKey(context.Context, *awsiam.UpdateAccessKeyInput, ...func(*awsiam.Options)) (*awsiam.UpdateAccessKeyOutput, error)
}

// keyAdvice is the advice where it is of a key, and not of a role.
var keyAdvice = map[string]string{
	quarantine.AccessDenied: "IAM denied %[1]s: give the function's role the action iam:%[1]s: %[2]w",
	quarantine.ThingGone:    "IAM does not know the user or the access key (any more): %[2]w",
	quarantine.NotSupported: "IAM does not let this user be changed, and refuses %[1]s: %[2]w",
	quarantine.QuotaReached: "a quota of IAM stops %[1]s: %[2]w",
}

func keyFailure(operation string, err error) error {
	return awserror.Failure(operation, err, names, keyAdvice, advice)
}

// noOwner is what to do where IAM does not say whose a key is: it answers the same for a key that
// does not exist, for one of another account, and to a role that may not ask.
const noOwner = "IAM does not show whose key %s is: it does not exist (any more), is of another account, or the function's role lacks the action iam:GetAccessKeyLastUsed: %w"

// KeyOwner is the name of the user whose the key is, "" if it is of no user: the root user's.
// AccessDenied, or ThingGone, says that IAM does not show it. Action: iam:GetAccessKeyLastUsed.
func (c *Client) KeyOwner(ctx context.Context, r quarantine.Resource) (string, error) {
	use, err := c.KeyUse(ctx, r, r.ID)
	return use.User, err
}

// KeyUse is whose a key is, and when IAM saw it last. AccessDenied, or ThingGone, says that IAM
// does not show the key. Action: iam:GetAccessKeyLastUsed.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
func (c *Client) KeyUse(ctx context.Context, r quarantine.Resource, key string) (quarantine.KeyUse, error) {
	api, err := c.in(r)
	if err != nil {
		return quarantine.KeyUse{}, err
	}
	out, err := api.GetAccessKeyLastUsed(ctx, &awsiam.GetAccessKeyLastUsedInput{AccessKeyId: &key})
	if err := keyFailure("GetAccessKeyLastUsed", err); quarantine.Is(err, quarantine.AccessDenied) {
		return quarantine.KeyUse{}, quarantine.Failf(quarantine.AccessDenied, noOwner, key, err)
	} else if err != nil {
		return quarantine.KeyUse{}, err
	}
	use := quarantine.KeyUse{User: aws.ToString(out.UserName)}
	if last := out.AccessKeyLastUsed; last != nil && last.LastUsedDate != nil { // else IAM says N/A of the place
		use.At, use.Region, use.Service = last.LastUsedDate.UTC(), aws.ToString(last.Region), aws.ToString(last.ServiceName)
	}
	return use, nil
}

// UserKeys are the access keys of a user. A user who does not exist is a ThingGone error. Action:
// iam:ListAccessKeys. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
func (c *Client) UserKeys(ctx context.Context, r quarantine.Resource, user string) ([]quarantine.UserKey, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	return each(ctx, "ListAccessKeys", awsiam.NewListAccessKeysPaginator(api, &awsiam.ListAccessKeysInput{UserName: &user}),
		func(page *awsiam.ListAccessKeysOutput) (out []quarantine.UserKey) {
			for _, k := range page.AccessKeyMetadata {
				out = append(out, quarantine.UserKey{ID: aws.ToString(k.AccessKeyId), Status: string(k.Status), CreatedAt: aws.ToTime(k.CreateDate).UTC()})
			}
			return out
		})
}

// KeyStatus is the status of a user's key as IAM shows it: Active, Inactive, or another. A key
// or a user that does not exist is a ThingGone error. Action: iam:ListAccessKeys.
func (c *Client) KeyStatus(ctx context.Context, r quarantine.Resource, user string) (string, error) {
	keys, err := c.UserKeys(ctx, r, user)
	if err != nil {
		return "", err
	}
	for _, k := range keys {
		if k.ID == r.ID {
			return k.Status, nil
		}
	}
	return "", quarantine.Failf(quarantine.ThingGone, "the user %s has no access key %s (any more)", user, r.ID)
}

// SetKeyStatus makes a user's key Active or Inactive. Action: iam:UpdateAccessKey.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
func (c *Client) SetKeyStatus(ctx context.Context, r quarantine.Resource, user, status string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.UpdateAccessKey(ctx, &awsiam.UpdateAccessKeyInput{
		UserName: aws.String(user), AccessKeyId: aws.String(r.ID), Status: types.StatusType(status),
	})
	return keyFailure("UpdateAccessKey", err)
}
