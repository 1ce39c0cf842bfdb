// @ts-check
/** Two soft notes, made here: no file to load. */

const NOTES = [[587.33, 0], [880, 0.14]];
const LASTS = 0.5;

export class Chime {
  /** @type {AudioContext | null} */
  #audio = null;

  /** Browsers let it sound once the page was used. */
  ring() {
    this.#audio ??= new AudioContext();
    const audio = this.#audio;
    for (const [pitch, after] of NOTES) {
      const [tone, volume] = [audio.createOscillator(), audio.createGain()];
      const from = audio.currentTime + after;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(0.12, from + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, from + LASTS);
      tone.connect(volume).connect(audio.destination);
      tone.start(from);
      tone.stop(from + LASTS);
    }
  }
}
