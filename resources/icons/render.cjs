/** Draws icon.svg, transparent at its corners, in every size that a desktop asks for: `npx electron resources/icons/render.cjs`. */
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { app, BrowserWindow } = require('electron');

/** Pixels; the largest is the app's own icon.png. */
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512];

async function render() {
  await app.whenReady();
  const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
  await window.loadURL('data:text/html,<canvas></canvas>');
  const svg = readFileSync(join(__dirname, 'icon.svg')).toString('base64');
  for (const size of SIZES) {
    const png = await window.webContents.executeJavaScript(`new Promise((resolve, reject) => {
    const image = new Image();
    image.onerror = () => reject(new Error('icon.svg cannot be drawn'));
    image.onload = () => {
      const canvas = document.querySelector('canvas');
      canvas.width = canvas.height = ${size};
      canvas.getContext('2d').drawImage(image, 0, 0, ${size}, ${size});
      resolve(canvas.toDataURL('image/png').split(',')[1]);
    };
    image.src = 'data:image/svg+xml;base64,${svg}';
  })`);
    writeFileSync(join(__dirname, size === 512 ? 'icon.png' : `${size}.png`), Buffer.from(png, 'base64'));
  }
}

render()
  .then(() => app.exit(0))
  .catch((error) => {
    console.error(error);
    app.exit(1);
  });
