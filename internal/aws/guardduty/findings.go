package guardduty

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsgd "github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// A request names at most 50 findings, and lists as many.
// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFindings.html
const page = 50

// Findings are those of a detector that were updated at that time or later, archived ones and, of an
// administrator's detector, those of its members too: each response of GetFindings as GuardDuty wrote
// it, because the SDK's types leave out what they do not know. gone are those that it lists and does not
// give: it drops a finding after 90 days. progress is told how many findings of how many are read.
//
// IAM actions: guardduty:ListFindings and guardduty:GetFindings on the detector.
//
// Errors: AccessDenied; Throttled; Unavailable; Unexpected.
func (c *Client) Findings(ctx context.Context, detector string, since time.Time, progress func(read, of int)) (all []json.RawMessage, gone int, err error) {
	ids, err := c.ids(ctx, detector, since, progress)
	if err != nil {
		return nil, 0, err
	}
	for begin := 0; begin < len(ids); begin += page {
		end := min(begin+page, len(ids))
		body, given, err := c.get(ctx, detector, ids[begin:end])
		if err != nil {
			return nil, 0, err
		}
		all, gone = append(all, body), gone+end-begin-given
		progress(end, len(ids))
	}
	return all, gone, nil
}

// Finding is the response of GetFindings with one finding of a detector, archived or not, as GuardDuty
// wrote it; nil where the detector has no such finding, or has it no more.
//
// IAM actions: guardduty:GetFindings on the detector.
//
// Errors: BadRequest where the account has no such detector in the Region; AccessDenied; Throttled;
// Unavailable; Unexpected.
func (c *Client) Finding(ctx context.Context, detector, id string) (json.RawMessage, error) {
	body, given, err := c.get(ctx, detector, []string{id})
	if err != nil || given == 0 {
		return nil, err
	}
	return body, nil
}

func (c *Client) ids(ctx context.Context, detector string, since time.Time, progress func(read, of int)) ([]string, error) {
	var ids []string
	in := &awsgd.ListFindingsInput{
		DetectorId: &detector, MaxResults: aws.Int32(page),
		FindingCriteria: &types.FindingCriteria{Criterion: map[string]types.Condition{"updatedAt": {GreaterThanOrEqual: aws.Int64(since.UnixMilli())}}},
		SortCriteria:    &types.SortCriteria{AttributeName: aws.String("updatedAt"), OrderBy: types.OrderByAsc},
	}
	for pages := awsgd.NewListFindingsPaginator(c.api, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("ListFindings", err)
		}
		ids = append(ids, page.FindingIds...)
		progress(0, len(ids))
	}
	return ids, nil
}

// get is one response as it came, and how many findings are in it.
func (c *Client) get(ctx context.Context, detector string, ids []string) (json.RawMessage, int, error) {
	var body []byte
	out, err := c.api.GetFindings(ctx, &awsgd.GetFindingsInput{DetectorId: &detector, FindingIds: ids}, keep(&body))
	switch {
	case err != nil:
		return nil, 0, failure("GetFindings", err)
	case len(out.Findings) > len(ids) || len(body) == 0:
		return nil, 0, quarantine.Failf(quarantine.Unexpected, "GuardDuty answered GetFindings for %d findings with %d, in %d bytes", len(ids), len(out.Findings), len(body))
	}
	return body, len(out.Findings), nil
}
