import { html, type Markup } from '../report/html/markup.ts';

/** Virtual seconds in one of the wall clock. */
const speeds = [1, 10, 60, 300];
const usualSpeed = 60;

/** The one chart of a run, with the faults below it. `breaks`: a window that is dragged breaks something. */
export const chart = ({ breaks }: { readonly breaks: boolean }): Markup =>
  html`<section id="overview" aria-labelledby="overview-title" hidden>
    <div class="overview-head">
      <h2 id="overview-title">What breaks, and when</h2>
      <label
        >Shown
        <select id="series"></select
      ></label>
      <ul id="overview-legend"></ul>
      <output id="readout"></output>
    </div>
    <div
      id="overview-plot"
      tabindex="0"
      role="group"
      aria-label="The chart. Arrow keys move the clock by a second, Page up and down by a minute, space plays. The tables below have the figures."
    ></div>
    <ul id="lanes" aria-label="Faults"></ul>
    <p class="note">
      Click: that moment.${breaks && ' Drag: a window in which to break something.'}
    </p>
  </section>`;

/** The clock of all ships. */
export const stage = html`<section id="stage" class="stage" aria-labelledby="stage-title" hidden>
  <div class="controls" role="group" aria-label="Clock">
    <button id="play" type="button">Play</button>
    <button id="back" type="button">Back 1 s</button>
    <button id="forward" type="button">Forward 1 s</button>
    <label
      >Speed
      <select id="speed">
        ${speeds.map(
          (factor) =>
            html`<option value="${factor}" ${factor === usualSpeed && html`selected`}>
              ${factor}x
            </option>`,
        )}
      </select></label
    >
    <h2 id="stage-title">
      <span class="off-screen">The systems at </span><span id="clock"></span>
    </h2>
    <label class="moment"
      ><span class="off-screen">Moment</span> <input id="moment" type="range" min="0" value="0"
    /></label>
  </div>
</section>`;

/** Room for the ships. */
export const ships = html`<div id="ships" class="ships"></div>
  <p id="idle" class="note"></p>`;

/** Room for differences. @param before what they are against */
export const changed = (before: string): Markup =>
  html`<section id="changed" hidden aria-labelledby="changed-title">
    <h2 id="changed-title">What changed against ${before}</h2>
    <ul id="changes"></ul>
  </section>`;
