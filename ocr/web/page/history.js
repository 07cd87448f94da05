// Corrections that can be undone: each is the text of a line before and after; null is what was read.

export class History {
  constructor(apply) {
    this.apply = apply;
    this.done = [];
    this.undone = [];
  }

  add(change) {
    this.done.push(change);
    this.undone = [];
  }

  async undo() {
    const changes = this.done.pop();
    if (!changes) return;
    this.undone.push(changes);
    await this.apply(changes.map(one => ({...one, text: one.before})));
  }

  async redo() {
    const changes = this.undone.pop();
    if (!changes) return;
    this.done.push(changes);
    await this.apply(changes.map(one => ({...one, text: one.after})));
  }
}
