// Package sts is the STS of an in-memory account: it identifies the caller.
package sts

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Identities are the identities of the account's callers.
type Identities struct{ service *call.Service }

// New adds STS to the endpoint.
func New(e *call.Endpoint) *Identities {
	return &Identities{service: &call.Service{
		Endpoint: e, Name: "sts", ID: "STS",
		Throttled: func(call.Call) error { return call.Fail("Throttling", "Rate exceeded") },
		Broken:    func() error { return call.ServerFault("InternalFailure", "An internal error has occurred") },
		Denied: func(c call.Call) error {
			return call.Fail("AccessDenied", "%s", e.NotAllowed(c, "sts", "*"))
		},
	}}
}

// Client has the methods of the SDK's *sts.Client that the account implements.
type Client struct{ identities *Identities }

// STS returns a client.
func (i *Identities) STS() *Client { return &Client{identities: i} }

var getCallerIdentity = call.Operation{Name: "GetCallerIdentity"}

// GetCallerIdentity follows https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
//
// It returns the Identity of the context's Caller.
func (c *Client) GetCallerIdentity(ctx context.Context, in *sts.GetCallerIdentityInput, _ ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error) {
	i := c.identities
	return call.Invoke(ctx, i.service, getCallerIdentity, in, func(*sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
		arn := i.service.Identity(call.CallerOf(ctx))
		session := arn[strings.LastIndexByte(arn, '/')+1:]
		return &sts.GetCallerIdentityOutput{
			Account: aws.String(i.service.AccountID()),
			Arn:     aws.String(arn),
			UserId:  aws.String("AROASIMULATEDACCOUNT0:" + session),
		}, nil
	})
}
