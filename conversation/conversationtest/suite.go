// Package conversationtest holds what every conversation.Store must do, as one
// suite for all databases.
package conversationtest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 123456000, time.UTC)

// call returns the conversation named name, with everything a conversation
// can have.
func call(name string) conversation.Conversation {
	return conversation.Conversation{
		ID: id.Conversation(name), Lang: conversation.Chinese, Channel: conversation.Phone, Direction: conversation.Inbound,
		Started: noon.Add(-time.Hour), EndedBy: conversation.Customer,
		Fields: map[string]json.RawMessage{"队列": json.RawMessage(`"宽带"`)},
		Events: []conversation.Event{{Kind: "hold", At: 1500, Data: json.RawMessage(`{"seconds":12}`)}},
		Turns: []conversation.Turn{
			{Role: conversation.Agent, Text: "您好，工号1023为您服务。'\"\\?🙂", Start: 0, End: 2500, Confidence: 930},
			{Role: conversation.Customer, Text: "我家网断了！", Start: 2600, End: conversation.Unknown, Confidence: conversation.Unknown},
		},
	}
}

func head(owner id.Person, team id.Team, minute int) conversation.Head {
	return conversation.Head{Source: conversation.Posted, Owner: owner, Team: team, Added: noon.Add(time.Duration(minute) * time.Minute)}
}

// Run runs the suite on the stores that open gives, each empty.
func Run(t *testing.T, open func(*testing.T) conversation.Store) {
	t.Run("a conversation comes back whole", func(t *testing.T) { testWhole(t, open(t)) })
	t.Run("adding the same twice is adding it once", func(t *testing.T) { testTwice(t, open(t)) })
	t.Run("lists are newest first, page by page", func(t *testing.T) { testList(t, open(t)) })
	t.Run("lists are by owner, team and source", func(t *testing.T) { testChoice(t, open(t)) })
	t.Run("erasing takes one person's and no other's", func(t *testing.T) { testErase(t, open(t)) })
	t.Run("what cannot be read again is not stored", func(t *testing.T) { testInvalid(t, open(t)) })
}

func testWhole(t *testing.T, s conversation.Store) {
	ctx := context.Background()
	bare := conversation.Conversation{
		ID: "bare", Lang: conversation.English, Channel: conversation.Chat, Direction: conversation.Outbound,
		Turns: []conversation.Turn{{Role: conversation.Agent, Text: "Hi.", Start: conversation.Unknown, End: conversation.Unknown, Confidence: conversation.Unknown}},
	}
	for _, want := range []conversation.Conversation{call("whole"), bare} {
		h := head("ann", "north", 0)
		must(t, s.Add(ctx, want, h))
		got, gotHead, err := s.Get(ctx, want.ID)
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(h, gotHead); diff != "" {
			t.Error(diff)
		}
	}
	if _, _, err := s.Get(ctx, "nobody"); !fault.Is(err, fault.NotFound) {
		t.Errorf("missing: %v, want not found", err)
	}
}

func testTwice(t *testing.T, s conversation.Store) {
	ctx := context.Background()
	must(t, s.Add(ctx, call("a"), head("ann", "north", 0)))
	must(t, s.Add(ctx, call("a"), head("ann", "north", 5)))
	other := call("a")
	other.Turns[1].Text = "我家网好了！"
	for name, err := range map[string]error{
		"other words": s.Add(ctx, other, head("ann", "north", 0)),
		"other owner": s.Add(ctx, call("a"), head("bob", "north", 0)),
	} {
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v, want conflict", name, err)
		}
	}
	got, h, err := s.Get(ctx, "a")
	must(t, err)
	if diff := cmp.Diff(call("a"), got); diff != "" || !h.Added.Equal(noon) {
		t.Errorf("changed by what was refused: %v %s", h, diff)
	}
}

// testList adds several at the same moment: pages must neither repeat nor lose
// one of them.
func testList(t *testing.T, s conversation.Store) {
	ctx := context.Background()
	want := []id.Conversation{}
	for i := range 11 {
		c := call(fmt.Sprintf("c%02d", i))
		must(t, s.Add(ctx, c, head("ann", "north", i/4)))
		want = append([]id.Conversation{c.ID}, want...)
	}
	var got []id.Conversation
	q := conversation.Query{Owner: "ann", Limit: 3}
	for page := 0; ; page++ {
		list, err := s.List(ctx, q)
		must(t, err)
		if len(list) == 0 || page > 10 {
			break
		}
		for _, l := range list {
			got = append(got, l.ID)
		}
		q.After = list[len(list)-1].ID
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	list, err := s.List(ctx, conversation.Query{Limit: 1})
	must(t, err)
	line := conversation.Listed{
		Head: head("ann", "north", 2), ID: "c10", Lang: conversation.Chinese, Channel: conversation.Phone,
		Direction: conversation.Inbound, Started: noon.Add(-time.Hour), Turns: 2,
	}
	if diff := cmp.Diff([]conversation.Listed{line}, list); diff != "" {
		t.Error(diff)
	}
}

func testChoice(t *testing.T, s conversation.Store) {
	ctx := context.Background()
	must(t, s.Add(ctx, call("1"), head("ann", "north", 1)))
	must(t, s.Add(ctx, call("2"), head("bob", "south", 2)))
	must(t, s.Add(ctx, call("3"), head("", "", 3)))
	practice := head("ann", "south", 4)
	practice.Source = conversation.Practised
	must(t, s.Add(ctx, call("4"), practice))
	for name, c := range map[string]struct {
		q    conversation.Query
		want []id.Conversation
	}{
		"all":         {conversation.Query{}, []id.Conversation{"4", "3", "2", "1"}},
		"owner":       {conversation.Query{Owner: "ann"}, []id.Conversation{"4", "1"}},
		"teams":       {conversation.Query{Teams: []id.Team{"south", "north"}}, []id.Conversation{"4", "2", "1"}},
		"source":      {conversation.Query{Source: conversation.Practised}, []id.Conversation{"4"}},
		"both":        {conversation.Query{Owner: "ann", Teams: []id.Team{"north"}}, []id.Conversation{"1"}},
		"nothing":     {conversation.Query{Owner: "' OR 1=1 --"}, nil},
		"after a gap": {conversation.Query{Owner: "ann", After: "2"}, []id.Conversation{"1"}},
	} {
		list, err := s.List(ctx, c.q)
		must(t, err)
		var got []id.Conversation
		for _, l := range list {
			got = append(got, l.ID)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func testErase(t *testing.T, s conversation.Store) {
	ctx := context.Background()
	must(t, s.Add(ctx, call("1"), head("ann", "north", 1)))
	must(t, s.Add(ctx, call("2"), head("ann", "north", 2)))
	must(t, s.Add(ctx, call("3"), head("bob", "north", 3)))
	must(t, s.Add(ctx, call("4"), head("", "", 4)))
	for owner, want := range map[id.Person]int{"ann": 2, "nobody": 0, "": 0} {
		if n, err := s.Erase(ctx, owner); err != nil || n != want {
			t.Errorf("erased %d of %q, want %d (%v)", n, owner, want, err)
		}
	}
	list, err := s.List(ctx, conversation.Query{})
	if must(t, err); len(list) != 2 {
		t.Errorf("%d left, want 2", len(list))
	}
}

func testInvalid(t *testing.T, s conversation.Store) {
	for name, change := range map[string]func(*conversation.Conversation){
		"no id":    func(c *conversation.Conversation) { c.ID = "" },
		"nul":      func(c *conversation.Conversation) { c.Turns[0].Text = "a\x00b" },
		"not utf8": func(c *conversation.Conversation) { c.Turns[0].Text = "\xff" },
	} {
		c := call("invalid")
		change(&c)
		if err := s.Add(context.Background(), c, head("ann", "north", 0)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
